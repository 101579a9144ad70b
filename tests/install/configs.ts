// Configurations as people have them: comments, other servers, every layout.
export const CONFIGS: Record<string, { servers: "mcpServers" | "servers"; text: string }> = {
  "Claude Desktop, with two servers": {
    servers: "mcpServers",
    text: `{
  "globalShortcut": "Alt+Space",
  "mcpServers": {
    "filesystem": {
      "command": "npx",
      "args": ["-y", "@modelcontextprotocol/server-filesystem", "/Users/ada/Desktop"]
    },
    "github": {
      "command": "docker",
      "args": [ "run", "-i", "--rm", "ghcr.io/github/github-mcp-server" ],
      "env": { "GITHUB_PERSONAL_ACCESS_TOKEN": "ghp_notReal" }
    }
  },
  "preferences": { "menuBarEnabled": true }
}
`,
  },
  "VS Code, with comments and trailing commas": {
    servers: "servers",
    text: `// Servers for Copilot
{
	"inputs": [
		{ "type": "promptString", "id": "key", "description": "API key", "password": true },
	],
	"servers": { // mine
		// reads the tickets
		"tickets": {
			"type": "http",
			"url": "https://mcp.example.com/mcp", // the new host
		},
		/* off for now
		"old": { "type": "stdio", "command": "old" },
		*/
	},
}`,
  },
  "Claude Code, as it writes it itself": {
    servers: "mcpServers",
    text: `{
  "numStartups": 184,
  "tipsHistory": {},
  "projects": {
    "/home/ada/engine": {
      "allowedTools": [],
      "mcpServers": {
        "makeanything": { "type": "stdio", "command": "another" }
      },
      "history": [ { "display": "a \\"quoted\\" question {", "pastedContents": {} } ]
    }
  },
  "mcpServers": {
    "playwright": { "type": "stdio", "command": "npx", "args": ["@playwright/mcp"], "env": {} }
  },
  "userID": "0123456789abcdef"
}`,
  },
  "Cursor, from Windows": {
    servers: "mcpServers",
    text: `\uFEFF{\r\n    "mcpServers": {\r\n        "notes": {\r\n            "command": "C:\\\\Tools\\\\notes.exe"\r\n        }\r\n    }\r\n}\r\n`,
  },
  "all in one line": {
    servers: "mcpServers",
    text: `{"theme":"dark","mcpServers":{"a":{"command":"x","args":["1"]}},"z":[1,2]}`,
  },
  "one line with spaces": {
    servers: "servers",
    text: `{ "servers": { "a": { "command": "x" } }, "z": 1 }`,
  },
};
