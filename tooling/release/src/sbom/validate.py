# Prints a line for each fault of the bills of material that are named: those of CycloneDX by the validator of cyclonedx-python-lib, against
# the schema that it ships, and those of SPDX by that of spdx-tools.
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from spdx_tools.spdx.parser.error import SPDXParsingError
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

cyclonedx = JsonStrictValidator(SchemaVersion.V1_6)

for path in sys.argv[1:]:
    if path.endswith(".cdx.json"):
        with open(path) as file:
            fault = cyclonedx.validate_str(file.read())
        if fault is not None:
            print(f"{path}: {' '.join(str(fault.data).split())[:500]}")
    else:
        try:
            for message in validate_full_spdx_document(parse_file(path)):
                print(f"{path}: {message.validation_message}")
        except SPDXParsingError as error:
            for message in error.get_messages():
                print(f"{path}: {message}")
