// The emulator's control interface: what there is, what people do, and what happens. Knows nothing of the screen.

/** How long to wait before the stream of events is opened again. */
const RETRY_MS = 1500;

export async function read(path) {
  return answer(await fetch(path, { cache: "no-store" }));
}

export async function act(path, body) {
  const headers = { "content-type": "application/json" };
  return answer(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? `HTTP ${response.status}`);
  return body;
}

/**
 * Calls `opened` whenever the stream of events at `path` begins (again): what happened before is unknown then, so read everything.
 * Events wait until `opened` has come to its end, so none is lost in between. Returns a function that begins again.
 */
export function listen({ path, opened, happened, lost }) {
  let current;

  function begin() {
    current?.close();
    const stream = new EventSource(path);
    current = stream;
    let ready;
    const retry = () => {
      if (stream !== current) return;
      stream.close();
      current = null;
      lost();
      setTimeout(begin, RETRY_MS);
    };
    stream.onopen = () => {
      ready = opened();
      ready.catch(retry);
    };
    stream.onmessage = ({ data }) => ready?.then(() => happened(JSON.parse(data)), () => {});
    stream.onerror = retry;
  }

  begin();
  return begin;
}
