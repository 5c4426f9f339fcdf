import { renderToString } from "react-dom/server";
import { expect, it } from "vitest";
import { KeptMarkup } from "./kept-markup";

const list = (by: string, names: readonly string[], drawn: () => void = () => undefined) =>
  renderToString(
    <KeptMarkup
      as="ul"
      className="names"
      by={by}
      draw={() => {
        drawn();
        return names.map((name) => (
          <li key={name}>
            {name} of {names.length}
          </li>
        ));
      }}
    />,
  );

it("gives the markup that the browser's own elements would give, so that it is taken over as it is", () => {
  const names = ["Ana & Bo", "<b>"];
  const plain = renderToString(
    <ul className="names">
      {names.map((name) => (
        <li key={name}>
          {name} of {names.length}
        </li>
      ))}
    </ul>,
  );
  expect(list("same", names)).toBe(plain);
});

it("draws once for each key, and never gives one key's content for another", () => {
  let times = 0;
  const count = () => (times += 1);
  const first = list("one", ["Ana"], count);
  expect(list("one", ["Ana"], count)).toBe(first);
  expect(times).toBe(1);
  expect(list("two", ["Bo"], count)).toContain("Bo");
  expect(times).toBe(2);
});

it("forgets the oldest when there are too many", () => {
  let times = 0;
  list("oldest", ["Ana"], () => (times += 1));
  for (let n = 0; n < 400; n += 1) list(`more ${n}`, ["Bo"]);
  list("oldest", ["Ana"], () => (times += 1));
  expect(times).toBe(2);
});
