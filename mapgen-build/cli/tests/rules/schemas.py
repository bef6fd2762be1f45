"""Prints what published schemas find in Kubernetes manifests; nothing where they hold.

Kubernetes' own objects: the JSON schemas in the package `kubernetes-validate`, of the oldest and
of the newest release that it has. Those of the Prometheus operator: the models in the package
`cloudcoil.models.prometheus_operator`, which are made of its custom resource definitions.
"""

import functools
import os
import sys

import jsonschema
import kubernetes_validate
import yaml


def closed(schema):
    """The schema with members refused that it does not name, as `kubectl` warns of."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: closed(value) for key, value in schema.items()}
    if schema.get("properties") and "additionalProperties" not in schema:
        schema["additionalProperties"] = False
    return schema


@functools.cache
def of_operator(kind):
    from cloudcoil.models.prometheus_operator import v1

    schema = getattr(v1, kind).model_json_schema(by_alias=True)
    return jsonschema.Draft202012Validator(closed(schema))


def findings(document):
    if document["apiVersion"] == "monitoring.coreos.com/v1":
        for error in of_operator(document["kind"]).iter_errors(document):
            yield error.json_path + ": " + error.message
        return
    for version in ("1.25", "1.37"):
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            yield version + ": " + error.message


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        documents = list(yaml.safe_load_all(file))
    assert documents, path + " is empty"
    for document in documents:
        for finding in findings(document):
            finding = finding.replace("\n", " ")
            print(os.path.basename(path) + ": " + document["kind"] + ": " + finding)
