"""OpenAI's Agents SDK. Its function tools are what an agent calls, with the arguments as the model wrote them: JSON."""

import asyncio
import json
from contextlib import asynccontextmanager

from agents import Agent, RunContextWrapper
from agents.mcp import MCPServerStdio, MCPUtil
from agents.tool_context import ToolContext

from speak import obey_driver


class Session:
    def __init__(self, tools):
        self.tools = {tool.name: tool for tool in tools}

    async def list(self):
        return [{"name": tool.name, "schema": tool.params_json_schema} for tool in self.tools.values()]

    async def call(self, name, arguments):
        written = json.dumps(arguments)
        context = ToolContext(context=None, tool_name=name, tool_call_id="1", tool_arguments=written)
        return text_of(await self.tools[name].on_invoke_tool(context, written)), None


def text_of(output):
    if isinstance(output, str):
        return output
    return "\n".join(part["text"] for part in (output if isinstance(output, list) else [output]))


@asynccontextmanager
async def connect(server, _has_forms):
    # With its own limit for a call, which is five seconds.
    async with MCPServerStdio(server, name="iam") as mcp_server:
        agent = Agent(name="operator", mcp_servers=[mcp_server])
        yield Session(await MCPUtil.get_all_function_tools([mcp_server], False, RunContextWrapper(None), agent))


asyncio.run(obey_driver(connect))
