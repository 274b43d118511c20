"""Reads the folder of an export as Cumulus ETL does, and writes what it found as JSON, because it prints its progress."""

import asyncio
import json
import sys

import cumulus_fhir_support as cfs
from cumulus_etl import feedback
from cumulus_etl.loaders.fhir.ndjson_loader import FhirNdjsonLoader


async def main(folder: str, answer: str) -> None:
    loader = FhirNdjsonLoader(cfs.FsPath(folder))
    progress = feedback.Progress()
    types = await loader.detect_resources(progress=progress)
    results = await loader.load_resources({"Patient", "Condition"}, progress=progress)
    loaded = cfs.read_multiline_json_from_dir(results.directory.name, ["Patient", "Condition"])
    found = {
        "types": sorted(types),
        "resources": sorted(f"{one['resourceType']}/{one['id']}" for one in loaded),
        "deleted": {name: sorted(ids) for name, ids in results.deleted_ids.items()},
        "group": results.group_name,
        "datetime": results.export_datetime.isoformat(),
        "url": results.export_url,
    }
    with open(answer, "w", encoding="utf8") as file:
        json.dump(found, file)


asyncio.run(main(sys.argv[1], sys.argv[2]))
