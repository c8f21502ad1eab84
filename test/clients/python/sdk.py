"""The client of the MCP SDK for Python, version 2. Its argument says how it negotiates: legacy, auto, or a version to pin."""

import asyncio
import sys
from contextlib import asynccontextmanager

from mcp import Client, StdioServerParameters
from mcp_types import ElicitResult

from speak import ask_person, obey_driver, texts


class Session:
    def __init__(self, client):
        self.client = client

    async def list(self):
        return [{"name": tool.name, "schema": tool.input_schema} for tool in (await self.client.list_tools()).tools]

    async def call(self, name, arguments):
        result = await self.client.call_tool(name, arguments)
        return texts(result.content), bool(result.is_error)


async def answer(_context, params):
    return ElicitResult(**await ask_person(params.message, params.requested_schema))


@asynccontextmanager
async def connect(server, has_forms):
    client = Client(
        StdioServerParameters(**server), mode=sys.argv[1], elicitation_callback=answer if has_forms else None
    )
    async with client:
        yield Session(client)


asyncio.run(obey_driver(connect))
