"""A client's side of the conversation with driver.ts, as speak.mjs has it for JavaScript.

Orders come on stdin, one JSON document a line; what came of them goes to file descriptor 3.
"""

import asyncio
import json
import sys
import traceback

TO_DRIVER = open(3, "w", encoding="utf-8", buffering=1)


async def read():
    line = await asyncio.to_thread(sys.stdin.readline)
    return json.loads(line) if line else None


def write(message):
    TO_DRIVER.write(json.dumps(message) + "\n")


async def ask_person(message, requested_schema):
    """Shows a form to the person whom the driver plays, and returns their answer: `action`, and perhaps `content`."""
    write({"asks": {"message": message, "requestedSchema": requested_schema}})
    return (await read())["answer"]


async def obey_driver(connect):
    """Carries out orders until the driver leaves.

    `connect(server, has_forms)` is an asynchronous context manager. It gives an object with `list()`, which returns names
    and schemas as a model would be given them, and `call(name, arguments)`, which returns the text that a model would read
    and whether the framework says that the call failed.
    """
    while (order := await read()) is not None:
        try:
            async with connect(order["server"], order["forms"]) as session:
                write({"done": None})
                await obey_until_closed(session)
            write({"done": None})
        except Exception:
            write({"broke": traceback.format_exc()})


async def obey_until_closed(session):
    while (order := await read()) is not None and order["do"] != "close":
        if order["do"] == "list":
            write({"done": await session.list()})
            continue
        try:
            text, failed = await session.call(order["name"], order["arguments"])
        except Exception as error:
            text, failed = str(error), True
        write({"done": {"text": text, "failed": failed}})


def texts(content):
    """The texts of a result's content, as a model reads them."""
    return "\n".join(block.text for block in content if block.type == "text")
