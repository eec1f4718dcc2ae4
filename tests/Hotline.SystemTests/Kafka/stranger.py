"""Reads a channel of the event stream as somebody would who has the AsyncAPI document and a broker's address, and nothing else of Hotline.

    python3 stranger.py ASYNCAPI BROKER CHANNEL...

Prints a line of JSON for each message: where it came from, what it is, what is wrong with it by the document. Reads until it is ended.
"""
import json
import pathlib
import re
import sys

import confluent_kafka
import jsonschema

document_path = pathlib.Path(sys.argv[1])
document = json.loads(document_path.read_text('utf-8'))


def follow(node):
    """What a $ref leads to: in the document itself, or in a file beside it."""
    if '$ref' not in node:
        return node
    file, _, pointer = node['$ref'].partition('#')
    found = document if not file else json.loads((document_path.parent / file).read_text('utf-8'))
    for part in pointer.strip('/').split('/') if pointer.strip('/') else []:
        found = found[part]
    return found


def validator(schema):
    resolver = jsonschema.RefResolver('', document)
    return jsonschema.Draft202012Validator(schema, resolver=resolver, format_checker=jsonschema.draft202012_format_checker)


channels = {}
for name in sys.argv[3:]:
    channel = document['channels'][name]
    channels[channel['address']] = messages = {}
    for reference in channel['messages'].values():
        message = follow(reference)
        messages[message['name']] = (
            validator(follow(message['headers'])), validator(follow(message['payload'])), message['bindings']['kafka']['key']['pattern'])


def faults(record, headers, messages):
    if headers.get('ce_type') not in messages:
        return ['the document does not name this type on this channel']
    by_header, by_payload, key = messages[headers['ce_type']]
    found = [f'header: {error.message}' for error in by_header.iter_errors(headers)]
    found += [f'payload {error.json_path}: {error.validator}' for error in by_payload.iter_errors(json.loads(record.value()))]
    if not re.search(key, record.key().decode()) or record.key().decode() != headers['ce_partitionkey']:
        found.append('key')
    return found


consumer = confluent_kafka.Consumer({
    'bootstrap.servers': sys.argv[2],
    'group.id': 'stranger',
    'auto.offset.reset': 'earliest',
    'allow.auto.create.topics': True,
    'topic.metadata.refresh.interval.ms': 1000,
})
consumer.subscribe(list(channels))
while True:
    record = consumer.poll(1)
    if record is None:
        continue
    if record.error():
        print(record.error(), file=sys.stderr, flush=True)
        continue
    headers = {name: value.decode() for name, value in record.headers() or []}
    print(json.dumps({
        'topic': record.topic(),
        'headers': headers,
        'key': record.key().decode(),
        'value': record.value().decode(),
        'faults': faults(record, headers, channels[record.topic()]),
    }), flush=True)
