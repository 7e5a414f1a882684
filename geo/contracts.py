"""Column contracts: the names, types and geometry of each kind of frame, and the headers that mean them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Column:
    """One column of a contract.

    Parameters
    ----------
    name : str
        The name in the code, the API and the database.
    type : {"text", "integer", "number", "percent", "list", "date"}
        What a cell holds; a list is written with 、 , ; or | between its items, a percentage is kept as a
        fraction with its sign.
    headers : tuple of str
        Headers that mean this column, the one that we write first; compared without case, spaces,
        underscores and what stands in brackets. The name itself always counts.
    """

    name: str
    type: Literal["text", "integer", "number", "percent", "list", "date"]
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contract:
    """What a frame of one kind holds.

    Parameters
    ----------
    kind : str
        The word after ``gridcircle load``.
    geometry : tuple of str
        The geometry types after reading; single ones are made multiple where both are listed as Multi.
    columns : tuple of Column
        The columns, without the geometry.
    geometry_required : bool
        Whether a row without a geometry is refused; elsewhere it stays, "without a location".
    """

    kind: str
    geometry: tuple[str, ...]
    columns: tuple[Column, ...]
    geometry_required: bool = False

    @property
    def names(self) -> list[str]:
        """The column names in order, without the geometry."""
        return [column.name for column in self.columns]


_ID = ("编号", "序号", "标识", "id", "fid", "osm_id", "uid", "objectid", "uuid")
_ADDRESS = ("实际经营地址", "经营地址", "实际地址", "地址", "详细地址", "所在地", "address", "addr")
_ACCURACY = Column(
    "accuracy_m",
    "number",
    ("精度", "定位精度", "位置精度", "坐标精度", "定位误差", "误差", "accuracy", "precision"),
)

PARKS = Contract(
    "parks",
    ("MultiPolygon",),
    (
        Column("source_id", "text", _ID),
        Column("code", "text", ("园区编码", "园区代码", "编码", "代码", "park_code", "adcode")),
        Column("name", "text", ("园区名称", "园区", "名称", "park_name", "park")),
    ),
    geometry_required=True,
)

GRIDS = Contract(
    "grids",
    ("MultiPolygon",),
    (
        Column("source_id", "text", _ID),
        Column(
            "code",
            "text",
            ("网格编码", "网格编号", "网格代码", "编码", "代码", "grid_code", "gridcode", "adcode"),
        ),
        Column("name", "text", ("网格名称", "名称", "网格名", "grid_name", "grid")),
        Column("kind", "text", ("网格类型", "类型", "类别", "grid_type", "type")),
        Column("basis", "text", ("划分依据", "划分方式", "依据")),
        Column("level", "text", ("网格层级", "层级", "级别", "grid_level")),
        Column("parent_code", "text", ("上级编码", "上级网格", "所属片区", "片区编码", "parent")),
        Column("park_code", "text", ("园区编码", "园区代码", "所属园区", "园区", "park")),
        Column("chief", "text", ("网格长", "网格长姓名", "grid_chief")),
    ),
)

ENTERPRISES = Contract(
    "enterprises",
    ("Point",),
    (
        Column("source_id", "text", ("企业编号", "企业ID", *_ID)),
        Column("name", "text", ("企业名称", "单位名称", "公司名称", "名称", "enterprise", "company")),
        Column(
            "credit_code",
            "text",
            ("统一社会信用代码", "社会信用代码", "信用代码", "uscc", "creditcode"),
        ),
        Column("address", "text", _ADDRESS),
        Column("registered_address", "text", ("注册地址", "登记地址", "住所")),
        Column("industry", "text", ("行业", "行业代码", "国民经济行业", "所属行业")),
        Column("chains", "list", ("产业链", "所属产业链", "chain")),
        Column("category", "text", ("类别", "企业类型", "类型", "type")),
        Column(
            "workers",
            "integer",
            ("职工人数", "员工人数", "员工数", "从业人数", "人数", "employees", "staff"),
        ),
        _ACCURACY,
        Column("shifts", "list", ("班次", "换班时间", "倒班时间", "班制", "shift")),
    ),
)

STATIONS = Contract(
    "stations",
    ("Point",),
    (
        Column("source_id", "text", ("驿站编号", "站点编号", *_ID)),
        Column("name", "text", ("驿站名称", "站点名称", "名称", "station")),
        Column("kind", "text", ("设施类型", "站点类型", "类型", "type")),
        Column("category", "text", ("类别", "来源", "改建来源")),
        Column("functions", "list", ("服务功能", "功能", "服务项目", "function", "services")),
        Column("opening_hours", "text", ("开放时间", "营业时间", "服务时间", "hours")),
        Column("capacity", "integer", ("容量", "服务容量", "服务能力", "服务人数", "可服务人数")),
        Column("address", "text", _ADDRESS),
    ),
)

ORGANISATIONS = Contract(
    "organisations",
    (),
    (
        Column("source_id", "text", ("组织编号", *_ID)),
        Column(
            "name",
            "text",
            ("组织名称", "党组织名称", "网格党组织", "名称", "organisation", "organization"),
        ),
        Column("kind", "text", ("组织类型", "类型", "设置方式", "type")),
        Column(
            "grid_codes",
            "list",
            ("覆盖网格", "网格编码", "覆盖网格编码", "所辖网格", "grids", "grid_code"),
        ),
        Column("valid_from", "date", ("成立日期", "起始日期", "自", "from", "since")),
        Column("valid_to", "date", ("撤销日期", "截止日期", "至", "to", "until")),
    ),
)

STREETS = Contract(
    "streets",
    ("LineString",),
    (
        Column("source_id", "text", _ID),
        Column("name", "text", ("道路名称", "路名", "名称", "road_name", "street")),
        Column(
            "road_class",
            "text",
            ("道路等级", "道路类型", "等级", "类型", "highway", "class", "fclass", "type"),
        ),
        Column("walk", "text", ("可步行", "步行", "foot")),
        Column("ebike", "text", ("可骑行", "骑行", "bicycle")),
        Column("drive", "text", ("可驾车", "机动车", "motor_vehicle")),
        Column("oneway", "text", ("单行", "单向", "one_way")),
        Column("layer", "integer", ("层", "层级", "竖向层", "z_order")),
        Column("slope", "percent", ("坡度", "纵坡", "纵坡度", "incline", "gradient")),
        Column("climb", "percent", ("累计起伏", "累计升降")),
    ),
    geometry_required=True,
)
"""A slope is what a line rises by from its first vertex to its last, a climb what it goes up and down
altogether, both in parts of its run; without a climb it goes one way alone."""

BASE = Contract(
    "base",
    ("Point", "LineString", "MultiLineString", "Polygon", "MultiPolygon"),
    (
        Column("source_id", "text", _ID),
        Column("name", "text", ("名称",)),
        Column("kind", "text", ("类型", "类别", "要素类型", "type", "class", "fclass")),
        Column("barrier", "text", ("障碍", "障碍物", "围挡")),
        Column("walk", "text", ("可步行", "步行", "foot")),
        Column("ebike", "text", ("可骑行", "骑行", "bicycle")),
        Column("drive", "text", ("可驾车", "机动车", "motor_vehicle")),
    ),
    geometry_required=True,
)
"""What is drawn beneath. A barrier is a wall or a gate, whatever the kind says; of gates, who may pass."""

ADDRESSES = Contract(
    "addresses",
    ("Point",),
    (
        Column("source_id", "text", ("地址编码", "地址编号", "地址代码", *_ID)),
        Column("address", "text", ("标准地址", "地址全称", "标准地址名称", "门牌地址", "门牌", *_ADDRESS)),
        _ACCURACY,
    ),
    geometry_required=True,
)
"""Addresses whose place is known, such as an office's table of 标准地址."""

CANDIDATES = Contract(
    "candidates",
    ("Point",),
    (
        Column("source_id", "text", _ID),
        Column("name", "text", ("名称", "房间", "房源", "地点", "room", "place")),
        Column("cost", "number", ("费用", "造价", "租金", "成本", "price", "rent")),
        Column("capacity", "number", ("容量", "服务人数", "可服务人数", "workers")),
    ),
    geometry_required=True,
)
"""Places where a station could be; read where they are chosen from, and never loaded."""

CONTRACTS: Mapping[str, Contract] = {
    "parks": PARKS,
    "grids": GRIDS,
    "general-grids": GRIDS,
    "enterprises": ENTERPRISES,
    "stations": STATIONS,
    "organisations": ORGANISATIONS,
    "streets": STREETS,
    "base": BASE,
    "addresses": ADDRESSES,
}

READABLE: Mapping[str, Contract] = {**CONTRACTS, "candidates": CANDIDATES}
"""All that can be read; the others than candidates can be loaded as well."""

LONGITUDE_HEADERS = ("经度", "lon", "lng", "longitude", "long", "x", "x坐标", "point_x")
LATITUDE_HEADERS = ("纬度", "lat", "latitude", "y", "y坐标", "point_y")
GEOMETRY_HEADERS = (
    "wkt", "geometry", "geom", "坐标", "几何", "the_geom", "经纬度", "经纬度坐标", "坐标点", "lonlat",
    "lnglat", "latlon", "latlng", "gps", "gps坐标",
)  # fmt: skip
