import type { ConnectorDefinitionInput } from "@/lib/auth-methods/definition";

const HTTP_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/**
 * Definitions of the utility connectors, which stand for no provider: Generic HTTP sends a request to an
 * address of one account, without a credential.
 */
export function utilityConnectors(): ConnectorDefinitionInput[] {
  return [
    {
      slug: "generic-http",
      name: "Generic HTTP",
      description: "Sends a request to a web address that has no connector of its own.",
      categories: ["Utility"],
      aliases: ["http", "rest", "webhook", "request", "url"],
      parameters: [
        {
          name: "host",
          title: "Base URL",
          description: "The address that every request of this connector goes to; a method adds the path.",
          level: "account",
          format: "hostname",
          prefix: "https://",
          example: "api.example.com",
        },
      ],
      baseUrl: "https://{{host}}",
      authMethods: [{ id: "none", title: "No authentication", type: "None" }],
      methods: HTTP_METHODS.map((httpMethod) => ({
        id: `send-${httpMethod.toLowerCase()}`,
        name: `Send ${httpMethod} request`,
        description: "Status, headers and body of the answer come back as they are.",
        category: "Requests",
        httpMethod,
        endpoint: "/{{path}}",
        parameters: [
          {
            name: "path",
            title: "Path",
            description: "Below the base URL, without the leading slash.",
            targetType: "MergeField",
            targetName: "path",
          },
        ],
      })),
    },
  ];
}
