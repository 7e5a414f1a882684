"""The partition index: point → the first polygon that covers it, exactly, by one look-up in a raster.

::

    ┌─────┬─────┬─────┐   The plane is cut into cells, some dozens or hundreds for a polygon. A cell
    │ 01  │ 01 ╱│ 02  │   that no border touches carries the polygon that it lies in, or none: a point
    ├─────┼───╱─┼─────┤   there costs one look-up. A cell that a border touches carries a block: of
    │ 01  │ ╱   │ 02  │   each polygon the chains of edges in the cell, and the parity of those to its
    ├─────┼╱────┼─────┤   right. One point in ten falls there. Nine in ten of these lie beside the border
    │    ╱│ 02  │ 02  │   of two neighbours and nothing else: a seam, which costs the side of two edges.
    └───╱─┴─────┴─────┘

What is built of what::

    outlines, raster ─┬─► tracing (loops) ──────────────┬─► blocks ─► partition ─► location
                      └─► spans ─► claims ─► chains ────┘      └► seams ▲             ▲
                          (the same by numpy)                    loops, or sides by numpy

`geo.index.ways` says which of the two ways is taken; `geo.index.choice` whether an index pays at all, or few
points are told by `geo.index.bins` or `geo.index.tree`.

The law: the polygons are given in an order, and a point belongs to the first that covers it, border
included. What the other polygons that cover it are, and whether it lies in them or on their border,
is told beside it. No answer depends on the raster: columns and rows are monotone in the coordinates,
so what they sort out is sorted out exactly, and `geo.index.sides` decides the rest without rounding.
"""
