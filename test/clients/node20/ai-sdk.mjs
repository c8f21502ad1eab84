import { createMCPClient, ElicitationRequestSchema } from '@ai-sdk/mcp';
import { Experimental_StdioMCPTransport } from '@ai-sdk/mcp/mcp-stdio';
import { obeyWith } from '../ai-sdk.mjs';

await obeyWith({ createMCPClient, ElicitationRequestSchema, StdioTransport: Experimental_StdioMCPTransport });
