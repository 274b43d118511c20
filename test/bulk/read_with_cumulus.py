"""Reads the folder of an export as Cumulus ETL does, and prints what it found as JSON."""

import asyncio
import json
import sys

import cumulus_fhir_support as cfs
from cumulus_etl import feedback
from cumulus_etl.loaders.fhir.ndjson_loader import FhirNdjsonLoader


async def main(folder: str) -> None:
    loader = FhirNdjsonLoader(cfs.FsPath(folder))
    progress = feedback.Progress()
    types = await loader.detect_resources(progress=progress)
    results = await loader.load_resources({"Patient", "Condition"}, progress=progress)
    loaded = cfs.read_multiline_json_from_dir(results.directory.name, ["Patient", "Condition"])
    print(
        json.dumps(
            {
                "types": sorted(types),
                "resources": sorted(f"{one['resourceType']}/{one['id']}" for one in loaded),
                "deleted": {name: sorted(ids) for name, ids in results.deleted_ids.items()},
                "group": results.group_name,
                "datetime": results.export_datetime.isoformat(),
                "url": results.export_url,
            }
        )
    )


asyncio.run(main(sys.argv[1]))
