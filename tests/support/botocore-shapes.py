"""Drives the sandbox's AWS with boto3, and holds each raw answer to botocore's own models.

Prints one JSON object: {"operations": [names], "faults": [texts]}. A fault is a member that the model does not have, or a
status or content that it does not allow. Usage: botocore-shapes.py ENDPOINT
"""

import io
import json
import sys
import xml.etree.ElementTree as ET
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT, ACCOUNT, REGION = sys.argv[1], "123456789012", "us-east-1"
operations, faults = set(), []


def check_json(shape, value, path):
    if value is None or shape is None:
        return
    if shape.type_name == "structure":
        if shape.metadata.get("document"):
            return
        if not isinstance(value, dict):
            faults.append(f"{path}: not an object")
            return
        names = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        for key, each in value.items():
            if key not in names:
                faults.append(f"{path}.{key}: the model has no such member")
            else:
                check_json(names[key], each, f"{path}.{key}")
    elif shape.type_name == "list":
        if not isinstance(value, list):
            faults.append(f"{path}: not a list")
        else:
            for each in value:
                check_json(shape.member, each, f"{path}[]")
    elif shape.type_name == "map":
        for key, each in value.items():
            check_json(shape.value, each, f"{path}.{key}")
    else:
        wanted = {
            "string": str, "character": str, "blob": str, "boolean": bool, "integer": int, "long": int,
            "float": (int, float), "double": (int, float), "timestamp": (int, float, str),
        }[shape.type_name]
        if not isinstance(value, wanted):
            faults.append(f"{path}: {json.dumps(value)} is no {shape.type_name}")


def local(tag):
    return tag.rsplit("}", 1)[-1]


def check_xml(shape, node, path):
    if shape.type_name == "structure":
        names = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        for child in node:
            if local(child.tag) not in names:
                faults.append(f"{path}.{local(child.tag)}: the model has no such member")
            else:
                check_xml(names[local(child.tag)], child, f"{path}.{local(child.tag)}")
    elif shape.type_name == "list":
        for child in node:
            if local(child.tag) != shape.member.serialization.get("name", "member"):
                faults.append(f"{path}.{local(child.tag)}: not an item of a list")
            else:
                check_xml(shape.member, child, f"{path}[]")
    elif shape.type_name == "map":
        for child in node:
            if [local(each.tag) for each in child] != ["key", "value"]:
                faults.append(f"{path}: not an entry of a map")


def on_response(service, model):
    def check(response_dict, **_):
        operations.add(f"{service} {model.name}")
        status, body = response_dict["status_code"], response_dict["body"]
        if status >= 300:
            return
        path = f"{service} {model.name}"
        output = model.output_shape
        if model.metadata.get("protocol") == "query":
            root = ET.fromstring(body)
            result = root.find("{*}" + f"{model.name}Result")
            if output is not None and result is not None:
                check_xml(output, result, path)
            return
        if output is None or "payload" in output.serialization or not body:
            return
        check_json(output, json.loads(body), path)
    return check


def client(service):
    made = boto3.client(
        service, endpoint_url=ENDPOINT, region_name=REGION, aws_access_key_id=ACCOUNT, aws_secret_access_key="x",
        config=Config(retries={"max_attempts": 1, "mode": "standard"}),
    )
    for name in made.meta.service_model.operation_names:
        model = made.meta.service_model.operation_model(name)
        made.meta.events.register(f"before-parse.{service}.{name}", on_response(service, model))
    return made


def refused(work, *codes):
    try:
        work()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in codes:
            faults.append(f"{error.operation_name}: refused with {code}, not {' or '.join(codes)}")
    else:
        faults.append(f"not refused with {' or '.join(codes)}")


def drive_eventbridge():
    events, source = client("events"), "aws.partner/auth0.com/acme-1/auth0.logs"
    events.create_partner_event_source(Name=source, Account=ACCOUNT)
    events.list_event_sources()
    events.describe_event_source(Name=source)
    events.create_event_bus(Name=source, EventSourceName=source)
    events.deactivate_event_source(Name=source)
    events.activate_event_source(Name=source)
    bus = events.create_event_bus(Name="bus", Description="d", Tags=[{"Key": "a", "Value": "b"}])
    events.describe_event_bus(Name="bus")
    events.update_event_bus(Name="bus", Description="e")
    events.list_event_buses()
    arn = bus["EventBusArn"]
    events.list_tags_for_resource(ResourceARN=arn)
    events.tag_resource(ResourceARN=arn, Tags=[{"Key": "c", "Value": "d"}])
    events.untag_resource(ResourceARN=arn, TagKeys=["c"])
    pattern = json.dumps({"source": ["s"]})
    events.put_rule(Name="r", EventBusName="bus", EventPattern=pattern, Description="d")
    events.describe_rule(Name="r", EventBusName="bus")
    events.list_rules(EventBusName="bus")
    events.disable_rule(Name="r", EventBusName="bus")
    events.enable_rule(Name="r", EventBusName="bus")
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
    events.put_targets(Rule="r", EventBusName="bus", Targets=[{"Id": "q", "Arn": queue}])
    events.list_targets_by_rule(Rule="r", EventBusName="bus")
    events.list_rule_names_by_target(TargetArn=queue, EventBusName="bus")
    events.test_event_pattern(EventPattern=pattern, Event=json.dumps({
        "id": "1", "account": ACCOUNT, "source": "s", "time": "2026-01-01T00:00:00Z", "region": REGION,
        "resources": [], "detail-type": "d", "detail": {},
    }))
    entry = {"Source": "s", "DetailType": "d", "Detail": "{}", "EventBusName": "bus"}
    results = events.put_events(Entries=[entry, {**entry, "EventBusName": "none"}, {**entry, "Detail": "{"}])["Entries"]
    if len(results) != 3:
        faults.append(f"PutEvents: {len(results)} results for 3 entries")
    events.put_partner_events(Entries=[{"Source": source, "DetailType": "d", "Detail": "{}"}])
    events.create_archive(ArchiveName="a", EventSourceArn=arn, Description="d", EventPattern=pattern, RetentionDays=1)
    events.describe_archive(ArchiveName="a")
    events.list_archives()
    events.update_archive(ArchiveName="a", Description="e")
    events.delete_archive(ArchiveName="a")
    events.remove_targets(Rule="r", EventBusName="bus", Ids=["q"])
    events.delete_rule(Name="r", EventBusName="bus")
    events.delete_event_bus(Name="bus")
    events.delete_partner_event_source(Name=source, Account=ACCOUNT)
    refused(lambda: events.describe_event_bus(Name="none"), "ResourceNotFoundException")


def drive_sqs():
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="q", tags={"a": "b"})["QueueUrl"]
    sqs.get_queue_url(QueueName="q")
    sqs.list_queues()
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "0", "RedrivePolicy": ""})
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    sqs.send_message(QueueUrl=url, MessageBody="one")
    sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "two"}])
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=got[0]["ReceiptHandle"], VisibilityTimeout=5)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=got[0]["ReceiptHandle"])
    sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": "b", "ReceiptHandle": got[1]["ReceiptHandle"]}])
    sqs.tag_queue(QueueUrl=url, Tags={"c": "d"})
    sqs.list_queue_tags(QueueUrl=url)
    sqs.untag_queue(QueueUrl=url, TagKeys=["c"])
    sqs.purge_queue(QueueUrl=url)
    refused(lambda: sqs.send_message(QueueUrl=url, MessageBody="x" * 1_048_577), "InvalidParameterValue")
    refused(lambda: sqs.get_queue_url(QueueName="none"), "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")


def drive_sns():
    sns = client("sns")
    topic = sns.create_topic(Name="t", Tags=[{"Key": "a", "Value": "b"}])["TopicArn"]
    sns.list_topics()
    sns.get_topic_attributes(TopicArn=topic)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="T")
    sns.tag_resource(ResourceArn=topic, Tags=[{"Key": "c", "Value": "d"}])
    sns.list_tags_for_resource(ResourceArn=topic)
    sns.untag_resource(ResourceArn=topic, TagKeys=["c"])
    endpoint = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint)["SubscriptionArn"]
    sns.get_subscription_attributes(SubscriptionArn=subscription)
    sns.set_subscription_attributes(
        SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue="true")
    sns.list_subscriptions_by_topic(TopicArn=topic)
    sns.publish(TopicArn=topic, Message="hello")
    sns.unsubscribe(SubscriptionArn=subscription)
    sns.delete_topic(TopicArn=topic)
    refused(lambda: sns.get_topic_attributes(TopicArn=topic), "NotFound")


def drive_logs():
    logs, group = client("logs"), "group"
    logs.create_log_group(logGroupName=group, tags={"a": "b"})
    logs.put_retention_policy(logGroupName=group, retentionInDays=7)
    arn = logs.describe_log_groups()["logGroups"][0]["logGroupArn"]
    logs.tag_resource(resourceArn=arn, tags={"c": "d"})
    logs.list_tags_for_resource(resourceArn=arn)
    logs.list_tags_log_group(logGroupName=group)
    logs.untag_resource(resourceArn=arn, tagKeys=["c"])
    logs.describe_log_streams(logGroupName=group)
    logs.filter_log_events(logGroupName=group)
    logs.delete_retention_policy(logGroupName=group)
    logs.put_resource_policy(policyName="p", policyDocument='{"Statement":[]}')
    logs.describe_resource_policies()
    logs.delete_resource_policy(policyName="p")
    logs.delete_log_group(logGroupName=group)
    refused(lambda: logs.describe_log_streams(logGroupName=group), "ResourceNotFoundException")


def drive_lambda():
    functions = client("lambda")
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("index.mjs", "export const handler = async () => 1;")
    arn = functions.create_function(
        FunctionName="fn", Runtime="nodejs22.x", Role=f"arn:aws:iam::{ACCOUNT}:role/r", Handler="index.handler",
        Code={"ZipFile": zipped.getvalue()}, Tags={"a": "b"}, Environment={"Variables": {"A": "1"}},
    )["FunctionArn"]
    functions.get_function(FunctionName="fn")
    functions.get_function_configuration(FunctionName="fn")
    functions.update_function_configuration(FunctionName="fn", Timeout=9)
    functions.update_function_code(FunctionName="fn", ZipFile=zipped.getvalue())
    functions.get_function_code_signing_config(FunctionName="fn")
    functions.publish_version(FunctionName="fn")
    functions.list_versions_by_function(FunctionName="fn")
    functions.create_alias(FunctionName="fn", Name="live", FunctionVersion="1")
    functions.get_alias(FunctionName="fn", Name="live")
    functions.list_aliases(FunctionName="fn")
    functions.update_alias(FunctionName="fn", Name="live", FunctionVersion="$LATEST")
    functions.delete_alias(FunctionName="fn", Name="live")
    functions.list_functions()
    functions.list_tags(Resource=arn)
    functions.tag_resource(Resource=arn, Tags={"c": "d"})
    functions.untag_resource(Resource=arn, TagKeys=["c"])
    functions.add_permission(
        FunctionName="fn", StatementId="s", Action="lambda:InvokeFunction", Principal="events.amazonaws.com")
    functions.get_policy(FunctionName="fn")
    functions.remove_permission(FunctionName="fn", StatementId="s")
    refused(lambda: functions.get_policy(FunctionName="fn"), "ResourceNotFoundException")
    answer = functions.invoke(FunctionName="fn", Payload=b"{}")
    if answer["StatusCode"] != 200 or answer.get("ExecutedVersion") != "$LATEST":
        faults.append(f"Invoke: {answer['StatusCode']}, version {answer.get('ExecutedVersion')}")
    if functions.invoke(FunctionName="fn", InvocationType="Event")["StatusCode"] != 202:
        faults.append("Invoke: an asynchronous one is not answered with 202")
    functions.delete_function(FunctionName="fn")


def drive_iam():
    iam, trust = client("iam"), '{"Version":"2012-10-17","Statement":[]}'
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust, Description="d", Tags=[{"Key": "a", "Value": "b"}])
    iam.get_role(RoleName="r")
    iam.list_roles()
    iam.update_role(RoleName="r", Description="e")
    iam.update_assume_role_policy(RoleName="r", PolicyDocument=trust)
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=trust)
    iam.get_role_policy(RoleName="r", PolicyName="p")
    iam.list_role_policies(RoleName="r")
    iam.list_attached_role_policies(RoleName="r")
    iam.list_instance_profiles_for_role(RoleName="r")
    iam.tag_role(RoleName="r", Tags=[{"Key": "c", "Value": "d"}])
    iam.list_role_tags(RoleName="r")
    iam.untag_role(RoleName="r", TagKeys=["c"])
    iam.delete_role_policy(RoleName="r", PolicyName="p")
    iam.delete_role(RoleName="r")
    sts = client("sts")
    sts.get_caller_identity()
    sts.assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/r", RoleSessionName="session")


for drive in (drive_sqs, drive_eventbridge, drive_sns, drive_logs, drive_lambda, drive_iam):
    drive()
print(json.dumps({"operations": sorted(operations), "faults": faults}))
