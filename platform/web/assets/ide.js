// Runs a query against the endpoint named on the body; remembers what was typed for this tab only.
const field = (id) => document.getElementById(id);
const endpoint = document.body.dataset.endpoint;
const inputs = ["authorization", "query", "variables"].map(field);

for (const input of inputs) {
  const key = `guerdon.${endpoint}.${input.id}`;
  input.value = sessionStorage.getItem(key) ?? (input.id === "query" ? "{\n  __typename\n}\n" : "");
  input.addEventListener("input", () => sessionStorage.setItem(key, input.value));
}

async function run() {
  const [authorization, query, variables] = inputs.map((input) => input.value.trim());
  let parsed;
  try {
    parsed = variables === "" ? {} : JSON.parse(variables);
  } catch (error) {
    show("variables", `The variables are not valid JSON: ${error.message}`);
    return;
  }
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
  if (authorization !== "") headers.authorization = authorization;
  show("…", "");
  const begun = performance.now();
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      headers,
      body: JSON.stringify({ query, variables: parsed }),
    });
    const answer = await response.json();
    show(`${response.status} · ${Math.round(performance.now() - begun)} ms`, JSON.stringify(answer, null, 2));
  } catch (error) {
    show("failed", String(error));
  }
}

function show(status, text) {
  field("status").textContent = status;
  field("answer").textContent = text;
}

field("run").addEventListener("click", run);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
});
