"""AutoGen's two ways to MCP tools: `adapters`, which start the server once for each call, and a `workbench`."""

import asyncio
import json
import sys
from contextlib import asynccontextmanager

from autogen_core import CancellationToken
from autogen_ext.tools.mcp import McpWorkbench, StdioServerParams, mcp_server_tools

from speak import obey_driver


class Adapters:
    def __init__(self, tools):
        self.tools = {tool.name: tool for tool in tools}

    async def list(self):
        return [{"name": name, "schema": tool.schema["parameters"]} for name, tool in self.tools.items()]

    async def call(self, name, arguments):
        tool = self.tools[name]
        output = tool.return_value_as_string(await tool.run_json(arguments, CancellationToken()))
        return texts_in(output), False


class Workbench:
    def __init__(self, workbench):
        self.workbench = workbench

    async def list(self):
        return [{"name": tool["name"], "schema": tool["parameters"]} for tool in await self.workbench.list_tools()]

    async def call(self, name, arguments):
        result = await self.workbench.call_tool(name, arguments)
        return result.to_text(), result.is_error


def texts_in(output):
    return "\n".join(block["text"] for block in json.loads(output) if block["type"] == "text")


@asynccontextmanager
async def connect(server, _has_forms):
    # With its own limit for a call, which is five seconds.
    params = StdioServerParams(**server)
    if sys.argv[1] == "adapters":
        yield Adapters(await mcp_server_tools(params))
    else:
        async with McpWorkbench(params) as workbench:
            yield Workbench(workbench)


asyncio.run(obey_driver(connect))
