"""The tables are declared in the template as the adapters expect them."""

from typing import Any

import pytest

from infra.aws.tables import SCHEMAS, TableSchema, definition
from infra.local.template import read_template

DECLARED: dict[str, dict[str, Any]] = {
    resource["Properties"]["TableName"]["Fn::Sub"]: resource["Properties"]
    for resource in read_template()["Resources"].values()
    if resource["Type"] == "AWS::DynamoDB::Table"
}


def test_every_table_is_declared_and_no_other() -> None:
    assert set(DECLARED) == {f"${{AWS::StackName}}-{schema.name}" for schema in SCHEMAS}


def sorted_parts(told: object) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = list(told or [])  # type: ignore[call-overload]  # a list, or nothing
    return sorted(parts, key=lambda part: str(part.get("IndexName") or part.get("AttributeName")))


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_a_table_has_the_keys_and_indexes_that_its_adapter_asks(schema: TableSchema) -> None:
    declared = DECLARED[f"${{AWS::StackName}}-{schema.name}"]
    expected = definition(schema, "any")

    assert declared["KeySchema"] == expected["KeySchema"]
    for part in ("AttributeDefinitions", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        assert sorted_parts(declared.get(part)) == sorted_parts(expected.get(part))
    assert ("TimeToLiveSpecification" in declared) is schema.expires
    assert declared["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert declared["BillingMode"] == "PAY_PER_REQUEST"
