"""Reads a Delta table again and again until a file says that it is over, and writes what was seen of each version."""

import json
import sys
from pathlib import Path

from deltalake import DeltaTable

table, stop, answer = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
seen = {}
reads = 0
while True:
    is_last = stop.exists()
    found = DeltaTable(table)
    rows = found.to_pyarrow_table().to_pylist()
    reads += 1
    seen.setdefault(found.version(), []).append(sorted({(row["generation"], len(rows)) for row in rows}))
    # A reader says by this file that it has begun.
    Path(f"{answer}.begun").touch()
    if is_last:
        break
latest = DeltaTable(table)
answer.write_text(
    json.dumps(
        {
            "reads": reads,
            "seen": {str(version): sorted(set(map(str, found))) for version, found in seen.items()},
            "types": {field.name: str(field.type) for field in latest.schema().fields},
            "partitions": latest.metadata().partition_columns,
            "rows": sorted(latest.to_pyarrow_table().to_pylist(), key=lambda row: row["id"])[:2],
        },
        default=str,
    )
)
