// Takes webhooks as npm's standardwebhooks verifies them; the secret is its argument. Says its port on its first line.
const http = require("node:http");
const { Webhook } = require("standardwebhooks");

const webhook = new Webhook(process.argv[2]);

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    try {
      const event = webhook.verify(Buffer.concat(chunks).toString(), request.headers);
      response.writeHead(200).end(`${event.type} for ${event.data.student}`);
    } catch (error) {
      response.writeHead(400).end(error.message);
    }
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0)).resume(); // whoever started it is gone
