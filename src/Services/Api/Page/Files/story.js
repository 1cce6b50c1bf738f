import { clock, counted, h, number, short, span, words } from './dom.js';
import { read } from './feed.js';
import { store } from './store.js';

/** An epoch's story in a dialog: its stages on a time line, and its L1 transactions. */
class EpochStory extends HTMLElement {
  connectedCallback() {
    this.dialog = h('dialog', { 'aria-labelledby': 'story-title', onclose: () => this.#closed() });
    this.append(this.dialog);
    store.addEventListener('happened', ({ detail: { data } }) => {
      if (this.dialog.open && data.application === this.application && data.epoch_index === this.index) this.#load();
    });
  }

  show(application, index, opener) {
    [this.application, this.index, this.opener] = [application, index, opener];
    this.dialog.replaceChildren(...this.#frame(`Epoch ${index}`, h('p', {}, 'Loading')));
    this.dialog.showModal();
    return this.#load();
  }

  async #load() {
    const asked = `/epochs/${encodeURIComponent(this.application)}/${this.index}`;
    try {
      const story = await read(asked);
      if (!this.dialog.open || asked !== `/epochs/${encodeURIComponent(this.application)}/${this.index}`) return;
      this.dialog.replaceChildren(...this.#frame(`${story.application_name}, epoch ${story.index}`, ...tell(story)));
    } catch (error) {
      this.dialog.replaceChildren(...this.#frame(`Epoch ${this.index}`, h('p', { role: 'alert' }, error.message)));
    }
    this.dialog.querySelector('button').focus();
  }

  #frame(title, ...content) {
    return [
      h('div', { class: 'bar' },
        h('h2', { id: 'story-title' }, title),
        h('button', { type: 'button', onclick: () => this.dialog.close() }, 'Close')),
      ...content,
    ];
  }

  #closed() {
    // The chip may have moved to another column, or be gone.
    if (this.opener?.isConnected) this.opener.focus();
  }
}

function tell(story) {
  const total = (Date.parse(story.stages.at(-1)?.at) - Date.parse(story.stages[0]?.at)) / 1000;
  return [
    h('p', {}, `${words(story.state)} since ${clock(story.since)}. Blocks ${number(story.first_block)} to ${number(story.last_block)}, `
      + `${counted(story.end_input - story.first_input, 'input')}.`
      + (story.is_provisional ? ' L1 can still replace its block.' : '')
      + (story.times_reverted ? ` L1 reverted its claim ${times(story.times_reverted)}${by(story.revert_cause, ', found ')}.` : '')),
    story.rejection_reason ? h('p', { role: 'alert' }, story.rejection_reason) : null,
    h('h3', {}, 'Time line'),
    h('ol', { class: 'line' }, ...story.stages.map(stage => {
      const mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
      const share = total > 0 && stage.seconds_after_previous ? stage.seconds_after_previous / total : 0;
      mark.style.setProperty('--share', String(share));
      return h('li', {},
        h('strong', {}, words(stage.state)),
        h('time', { datetime: stage.at }, clock(stage.at)),
        h('span', {},
          (stage.seconds_after_previous === null ? 'begin' : `after ${span(stage.seconds_after_previous)}`) + by(stage.cause, ', ')),
        mark);
    })),
    h('h3', {}, 'L1 transactions of this node'),
    story.transactions.length === 0
      ? h('p', {}, story.claim_transaction_hash ? 'None: somebody else sent the claim.' : 'None yet.')
      : h('ul', { class: 'transactions' }, ...story.transactions.map(transaction => h('li', {},
        h('strong', {}, `${words(transaction.kind)}: ${words(transaction.outcome)}`),
        h('code', {}, transaction.mined?.hash ?? transaction.hash),
        h('span', { class: 'note' }, sent(transaction))))),
    h('dl', { class: 'hashes' },
      ...fact('Claim', story.outputs_merkle_root),
      ...fact('Commitment', story.commitment),
      ...fact('Claim transaction', story.claim_transaction_hash),
      ...fact('Acceptance transaction', story.acceptance_transaction_hash)),
  ].filter(Boolean);
}

const causes = {
  EVENT: 'by an event',
  SIGNAL: 'by a signal',
  STARTUP: 'by the start of the service',
  SYNC: 'by the fallback sync',
  RETRY: 'by a retry',
};

/** What made the node act; nothing if an earlier version of the node stored it. */
const by = (cause, before) => (cause ? before + (causes[cause.kind] ?? words(cause.kind)) : '');

const times = count => (count === 1 ? 'once' : `${count} times`);
const ether = wei => `${(wei / 1e18).toPrecision(3)} ether`;
const gwei = wei => `${Number((wei / 1e9).toPrecision(4))} gwei`;

/** A transaction in a line. L1 may have mined an earlier version than the last that the node sent. */
function sent({ nonce, mined, replaced, sent_at_block: last, max_fee: most }) {
  const earlier = mined && replaced.find(version => version.hash === mined.hash);
  return [
    `nonce ${nonce}`,
    `sent at block ${number(earlier ? earlier.sent_at_block : last)}`,
    mined
      ? `cost ${ether(mined.fee)} in block ${number(mined.block_number)}: `
        + `${number(mined.gas_used)} gas at ${gwei(mined.effective_gas_price)}`
      : `at most ${ether(most)} of fees`,
    replaced.length ? `replaced ${times(replaced.length)}` : '',
    earlier ? 'L1 mined an earlier version' : '',
  ].filter(Boolean).join(', ');
}

const fact = (name, hash) => (hash ? [h('dt', {}, name), h('dd', {}, h('code', { title: hash }, short(hash)))] : []);

customElements.define('epoch-story', EpochStory);
