"""Streams: files of points of any size → the same points with their grids, in memory that stays the same.

::

    source ──► pieces ──► crew or cluster: read, place, ask the locator ──► outcomes in order ──► sink
    (one file, or a folder of Parquet)                                            tally, refusals

A piece is a run of rows: some row groups of Parquet, a block of CSV, rows of a GeoPackage. Whoever carries
it out – this thread, another, a worker elsewhere – does the same with it, so that the bytes written do not
depend on who did.

What reads strangers' files here. Grids, Excel and all formats not named below come through the sandbox
(`geo.read.door`), whole. CSV, Parquet and GeoPackage may be too large for what it hands back, and are read
in this process, on the command line alone, where a file is named by somebody with a shell: by pyarrow, whose
two readers open nothing but the bytes they are given, load no code that a file names, and get limits on what
a footer may claim; and by SQLite under its own advice for files that are not trusted (read-only, schema not
trusted, one table to be read and nothing else). GDAL, which follows what files point to, reads none of them
here. The web has no way in.
"""
