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
          name: "url",
          title: "URL",
          description: "The address that every request of this connector starts with; a method adds the path.",
          level: "account",
          format: "uri",
          example: "https://api.example.com/v1",
        },
      ],
      baseUrl: "{{url}}",
      authMethods: [{ id: "none", title: "No authentication", type: "None" }],
      methods: HTTP_METHODS.map((httpMethod) => ({
        id: `send-${httpMethod.toLowerCase()}`,
        name: `Send ${httpMethod} request`,
        description:
          httpMethod === "GET" || httpMethod === "DELETE"
            ? "Status, headers and body of the answer come back as they are."
            : "Sent without a body. Status, headers and body of the answer come back as they are.",
        category: "Requests",
        httpMethod,
        endpoint: "/{{path|path}}",
        parameters: [
          {
            name: "path",
            title: "Path",
            description: "Below the URL, without the leading slash.",
            targetType: "MergeField",
            targetName: "path",
          },
        ],
      })),
    },
  ];
}
