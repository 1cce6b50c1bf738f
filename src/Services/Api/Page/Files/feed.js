// The node's HTTP interface: the summary, the stories and the push feed. The feed is read with fetch and not with EventSource, which
// cannot send a token.

const kept = 'rollups-token';
export const access = {
  get token() { return sessionStorage.getItem(kept); },
  set token(value) { sessionStorage.setItem(kept, value); },
};

export class Refused extends Error {}

async function ask(path, signal, headers = {}) {
  if (access.token) headers.Authorization = `Bearer ${access.token}`;
  const answer = await fetch(path, { signal, headers, cache: 'no-store' });
  if (answer.status === 401) throw new Refused();
  return answer;
}

/** JSON of a path; an error has the node's own sentence. */
export async function read(path) {
  const answer = await ask(path);
  const text = await answer.text();
  let body;
  try { body = JSON.parse(text); } catch { body = { error: text.trim() }; }
  if (!answer.ok) throw new Error(body.error ?? `The node answers with status ${answer.status}.`);
  return body;
}

/**
 * Follows the push feed for ever, and resumes after every interruption with the last id.
 * @param from id to begin behind; null for what happens from now on.
 * @param heard called with each event: { kind, data }.
 * @param changed called with the state of the connection: live, waiting or refused.
 */
export async function follow(from, heard, changed) {
  let last = from;
  let pause = 500;
  for (;;) {
    // A connection that breaks silently is noticed by the missing heartbeat.
    const abort = new AbortController();
    let watch;
    const alive = () => { clearTimeout(watch); watch = setTimeout(() => abort.abort(), 45000); };
    try {
      alive();
      const answer = await ask('/events', abort.signal, last ? { 'Last-Event-ID': last } : {});
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        alive();
        const frames = (rest + value).split('\n\n');
        rest = frames.pop();
        for (const frame of frames) {
          const event = parse(frame);
          last = event.id ?? last;
          if (event.kind === 'feed.ready') { pause = 500; changed('live'); }
          else if (event.kind) heard(event);
        }
      }
    } catch (error) {
      if (error instanceof Refused) { changed('refused'); return; }
    }
    clearTimeout(watch);
    changed('waiting');
    await new Promise(resolve => setTimeout(resolve, pause * (0.75 + Math.random() / 2)));
    pause = Math.min(pause * 2, 10000);
  }
}

function parse(frame) {
  const event = { id: null, kind: null, data: null };
  for (const line of frame.split('\n')) {
    if (line.startsWith('id: ')) event.id = line.slice(4);
    else if (line.startsWith('event: ')) event.kind = line.slice(7);
    else if (line.startsWith('data: ')) event.data = JSON.parse(line.slice(6));
  }
  return event;
}
