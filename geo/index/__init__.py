"""The partition index: point → the first polygon that covers it, exactly, by one look-up in a raster.

::

    ┌─────┬─────┬─────┐   The plane is cut into cells, some hundreds for a polygon. A cell that no
    │ 01  │ 01 ╱│ 02  │   border touches carries the polygon that it lies in, or none: a point there
    ├─────┼───╱─┼─────┤   costs one look-up. A cell that a border touches carries a block: for each
    │ 01  │ ╱   │ 02  │   polygon the edges in the cell, and the parity of those to its right. One
    ├─────┼╱────┼─────┤   point in six falls there, and costs the side of some four edges.
    │    ╱│ 02  │ 02  │
    └───╱─┴─────┴─────┘   raster → outlines → spans → claims → partition → location, and sides

The law: the polygons are given in an order, and a point belongs to the first that covers it, border
included. What the other polygons that cover it are, and whether it lies in them or on their border,
is told beside it. No answer depends on the raster: columns and rows are monotone in the coordinates,
so what they sort out is sorted out exactly, and `geo.index.sides` decides the rest without rounding.
"""
