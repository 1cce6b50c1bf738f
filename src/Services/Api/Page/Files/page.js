// The live page: a summary of the node, kept up to date by its push feed.
import './pipeline.js';
import './board.js';
import './tables.js';
import './story.js';
import { say } from './dom.js';
import { Refused, access, follow, read } from './feed.js';
import { store } from './store.js';

const refreshEvery = 5000;
const refreshAfterEvent = 1000;
const words = { live: 'Live', waiting: 'Connection lost; trying again', refused: 'Token needed', connecting: 'Connecting' };
const [link, linkText, facts, news, form] = ['link', 'link-text', 'facts', 'news', 'access'].map(id => document.getElementById(id));
let due = null;
let refreshing = false;

function show(state) {
  link.dataset.state = state;
  say(linkText, words[state]);
  form.hidden = state !== 'refused';
  if (state === 'refused') document.getElementById('token').focus();
}

async function refresh() {
  if (refreshing || document.hidden) return;
  refreshing = true;
  try {
    store.replace(await read('/pipeline'));
    say(facts, `Chain ${store.summary.chain_id}, version ${store.summary.version}`);
  } finally {
    refreshing = false;
  }
}

const refreshQuietly = () => refresh().catch(() => {});

/** Only what a listener would want to be told of; the tape has everything. */
function announce(kind, data) {
  const what = kind.startsWith('epoch.claim_') && !/calculated|submitted/.test(kind) ? kind.slice(6).replace('_', ' ') : null;
  if (what) say(news, `${data.application_name}, epoch ${data.epoch_index}: ${what}`);
  if (kind === 'app.inoperable') say(news, `${data.application_name} has stopped: ${data.reason}`);
}

function heard(event) {
  if (event.kind === 'feed.gap' || event.kind === 'feed.reset') {
    refreshQuietly();
    if (event.kind === 'feed.reset') show('live');
    return;
  }
  store.apply(event);
  announce(event.kind, event.data);
  due ??= setTimeout(() => { due = null; refreshQuietly(); }, refreshAfterEvent);
}

async function start() {
  for (;;) {
    try {
      await refresh();
      break;
    } catch (error) {
      show(error instanceof Refused ? 'refused' : 'waiting');
      if (error instanceof Refused) return;
      await new Promise(resolve => setTimeout(resolve, 2000));
    }
  }
  await follow(store.summary?.last_event_id ?? null, heard, show);
}

form.addEventListener('submit', event => {
  event.preventDefault();
  access.token = document.getElementById('token').value.trim();
  show('connecting');
  start();
});
document.addEventListener('visibilitychange', refreshQuietly);
setInterval(refreshQuietly, refreshEvery);
start();
