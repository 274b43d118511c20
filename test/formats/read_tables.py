"""Reads files of one table by three engines, and prints the rows of each as JSON: moments as microseconds, bytes as hex."""

import json
import sys
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.csv
import pyarrow.dataset
import pyarrow.json
import pyarrow.parquet

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def plain(value):
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        delta = moment - EPOCH
        return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
    if isinstance(value, (date, Decimal)):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def with_duckdb(path):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    readers = {".parquet": "read_parquet", ".csv": "read_csv", ".ndjson": "read_json", ".json": "read_json"}
    result = connection.execute(f"SELECT * FROM {readers[Path(path).suffix]}('{path}')")
    names = [column[0] for column in result.description]
    return [dict(zip(names, row)) for row in result.fetchall()]


def with_polars(path):
    readers = {".parquet": pl.read_parquet, ".csv": pl.read_csv, ".ndjson": pl.read_ndjson, ".json": pl.read_json}
    return readers[Path(path).suffix](path).to_dicts()


def with_pyarrow(path):
    readers = {
        ".parquet": pyarrow.parquet.read_table,
        ".csv": pyarrow.csv.read_csv,
        ".ndjson": pyarrow.json.read_json,
    }
    reader = readers.get(Path(path).suffix)
    return None if reader is None else reader(path).to_pylist()


def metadata_of(path):
    if Path(path).suffix != ".parquet":
        return None
    file = pyarrow.parquet.ParquetFile(path)
    ids = [field.metadata[b"PARQUET:field_id"].decode() for field in file.schema_arrow]
    told = {key.decode(): value.decode() for key, value in (file.metadata.metadata or {}).items() if key.startswith(b"millrace.")}
    return {"ids": ids, "told": told, "codec": file.metadata.row_group(0).column(0).compression}


def rows_of_partitions(folder):
    connection = duckdb.connect()
    result = connection.execute(f"SELECT * FROM read_parquet('{folder}/*/*.parquet', hive_partitioning = true)")
    names = [column[0] for column in result.description]
    return {
        "duckdb": [dict(zip(names, row)) for row in result.fetchall()],
        "polars": pl.scan_parquet(folder, hive_partitioning=True).collect().to_dicts(),
        "pyarrow": pyarrow.dataset.dataset(folder, partitioning="hive").to_table().to_pylist(),
    }


engines = {"duckdb": with_duckdb, "polars": with_polars, "pyarrow": with_pyarrow}
answer = {}
for path in sys.argv[1:]:
    if Path(path).is_dir():
        answer[Path(path).name] = {"rows": rows_of_partitions(path), "metadata": None}
        continue
    rows = {}
    for name, read in engines.items():
        found = read(path)
        if found is not None:
            rows[name] = [{key: plain(value) for key, value in row.items()} for row in found]
    answer[Path(path).name] = {"rows": rows, "metadata": metadata_of(path)}
print(json.dumps(answer))
