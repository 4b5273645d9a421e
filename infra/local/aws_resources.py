"""Make the template's own tables, queues and bucket, and read from it what its functions are told of them."""

import copy
import json
from collections.abc import Mapping
from typing import Any, Final

# What keeps state. Functions and the API are played by the local host; moto knows neither policies of queues and buckets nor who asks.
_MADE: Final = frozenset({"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue"})
_NOTIFICATIONS: Final = "NotificationConfiguration"
_VARIABLE: Final = "Variable"


def make_resources(template: Mapping[str, Any], *, stack: str, parameters: Mapping[str, str], clients: Mapping[str, Any]) -> dict[str, str]:
    """Make the resources as a CloudFormation stack and return the environment that the template gives every function.

    Parameters
    ----------
    parameters
        Values of the template's parameters that have no default.
    clients
        Of ``cloudformation`` and ``s3``.
    """
    variables: Mapping[str, Any] = template["Globals"]["Function"]["Environment"]["Variables"]
    names = {f"{_VARIABLE}{number}": name for number, name in enumerate(variables)}
    body = _long_form(
        {
            "AWSTemplateFormatVersion": template["AWSTemplateFormatVersion"],
            "Parameters": template.get("Parameters", {}),
            "Conditions": template.get("Conditions", {}),
            "Resources": _kept(template["Resources"]),
            "Outputs": {
                **{output: {"Value": variables[name]} for output, name in names.items()},
                **{f"Notified{at}": {"Value": queue} for at, (_, queue) in enumerate(_notified(template))},
            },
        }
    )
    cloudformation = clients["cloudformation"]
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
    cloudformation.create_stack(StackName=stack, TemplateBody=json.dumps(body), Parameters=given)
    (made,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    told = {output["OutputKey"]: output["OutputValue"] for output in made["Outputs"]}
    _notify(template, told, cloudformation, clients["s3"], stack=stack)
    return {name: told[output] for output, name in names.items()}


def _kept(resources: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: copy.deepcopy(resource) for name, resource in resources.items() if resource["Type"] in _MADE}
    for resource in kept.values():
        resource.pop("DependsOn", None)
        if resource["Type"] == "AWS::S3::Bucket":
            resource["Properties"].pop(_NOTIFICATIONS, None)
    return kept


def _notified(template: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the bucket and the queue of each notification, in the template's order."""
    return [
        (name, one["Queue"])
        for name, resource in template["Resources"].items()
        for one in resource.get("Properties", {}).get(_NOTIFICATIONS, {}).get("QueueConfigurations", [])
    ]


def _notify(template: Mapping[str, Any], told: Mapping[str, str], cloudformation: Any, s3: Any, *, stack: str) -> None:
    """Let the bucket tell its queue of what is put: moto passes over this property of a bucket in a template."""
    configurations: dict[str, list[dict[str, Any]]] = {}
    for at, (name, _) in enumerate(_notified(template)):
        (one,) = [template["Resources"][name]["Properties"][_NOTIFICATIONS]["QueueConfigurations"][at]]
        rules = [{"Name": rule["Name"], "Value": rule["Value"]} for rule in one.get("Filter", {}).get("S3Key", {}).get("Rules", [])]
        configuration = {"QueueArn": told[f"Notified{at}"], "Events": [one["Event"]], "Filter": {"Key": {"FilterRules": rules}}}
        configurations.setdefault(name, []).append(configuration)
    for name, queues in configurations.items():
        bucket = cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=name)
        place = bucket["StackResourceDetail"]["PhysicalResourceId"]
        s3.put_bucket_notification_configuration(Bucket=place, NotificationConfiguration={"QueueConfigurations": queues})


def _long_form(told: Any) -> Any:
    """Return ``Fn::GetAtt`` with its two parts apart, as JSON templates have it."""
    if isinstance(told, list):
        return [_long_form(part) for part in told]
    if not isinstance(told, Mapping):
        return told
    if isinstance(target := told.get("Fn::GetAtt"), str):
        return {"Fn::GetAtt": target.split(".", 1)}
    return {name: _long_form(part) for name, part in told.items()}
