// What the page shows: the summary, kept up to date by the events that follow it.

export const states = ['OPEN', 'CLOSED', 'INPUTS_PROCESSED', 'CLAIM_CALCULATED', 'CLAIM_SUBMITTED', 'CLAIM_ACCEPTED'];

const stateOf = {
  'epoch.opened': 'OPEN',
  'epoch.closed': 'CLOSED',
  'epoch.inputs_processed': 'INPUTS_PROCESSED',
  'epoch.claim_calculated': 'CLAIM_CALCULATED',
  'epoch.claim_submitted': 'CLAIM_SUBMITTED',
  'epoch.claim_accepted': 'CLAIM_ACCEPTED',
  'epoch.claim_rejected': 'CLAIM_REJECTED',
  'epoch.claim_reverted': 'CLAIM_CALCULATED',
};

export const producer = {
  'input.received': 'evm-reader',
  'epoch.opened': 'evm-reader',
  'epoch.closed': 'evm-reader',
  'epoch.inputs_processed': 'advancer',
  'epoch.claim_calculated': 'validator',
  'epoch.claim_submitted': 'claimer',
  'epoch.claim_accepted': 'claimer',
  'epoch.claim_rejected': 'claimer',
  'epoch.claim_reverted': 'claimer',
};

const mostEvents = 40;
const mostFinished = 60;

export class Store extends EventTarget {
  summary = null;
  epochs = new Map();
  events = [];

  /** A new summary. It may be older than the latest events, which only move epochs forward. */
  replace(summary) {
    this.summary = summary;
    const fresh = new Map();
    for (const epoch of summary.epochs) {
      const key = keyOf(epoch.application, epoch.index);
      const known = this.epochs.get(key);
      fresh.set(key, known && isAhead(known, epoch) ? known : epoch);
    }
    // Epochs that began since the summary was made.
    for (const [key, epoch] of this.epochs)
      if (!fresh.has(key) && epoch.state !== 'CLAIM_ACCEPTED' && Date.parse(epoch.since) > Date.parse(summary.at) - 2000)
        fresh.set(key, epoch);
    this.epochs = fresh;
    this.#changed();
  }

  /** An event of the feed. */
  apply({ id, kind, data }) {
    this.events.unshift({ id, kind, ...data, seen: Date.now() });
    this.events.length = Math.min(this.events.length, mostEvents);
    const state = stateOf[kind];
    if (state) {
      const key = keyOf(data.application, data.epoch_index);
      const known = this.epochs.get(key);
      if (!known || kind === 'epoch.claim_reverted' || states.indexOf(state) >= states.indexOf(known.state) || !states.includes(state)) {
        this.epochs.delete(key);
        this.epochs.set(key, {
          ...known,
          application: data.application,
          application_name: data.application_name,
          index: data.epoch_index,
          first_block: data.first_block ?? known?.first_block,
          last_block: data.last_block ?? known?.last_block,
          inputs: data.input_index_lower_bound === undefined ? known?.inputs : data.input_index_upper_bound - data.input_index_lower_bound,
          state,
          since: data.occurred_at,
        });
      }
    }
    this.#trim();
    this.dispatchEvent(new CustomEvent('happened', { detail: { kind, data } }));
    this.#changed();
  }

  /** Epochs in a state, the newest last; of the accepted ones only a few. */
  in(state) {
    const found = [...this.epochs.values()].filter(epoch => epoch.state === state);
    found.sort((one, other) => Date.parse(other.since) - Date.parse(one.since));
    return found;
  }

  #trim() {
    for (const epoch of this.in('CLAIM_ACCEPTED').slice(mostFinished)) this.epochs.delete(keyOf(epoch.application, epoch.index));
  }

  #changed() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.dispatchEvent(new Event('changed'));
    });
  }
}

export const store = new Store();
export const keyOf = (application, index) => `${application}/${index}`;

function isAhead(known, epoch) {
  const [mine, theirs] = [Date.parse(known.since), Date.parse(epoch.since)];
  return mine > theirs;
}
