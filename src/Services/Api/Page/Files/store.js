// What the page shows: the summary, kept up to date by the events that follow it.

import { number } from './dom.js';

export const states = ['OPEN', 'CLOSED', 'INPUTS_PROCESSED', 'CLAIM_CALCULATED', 'CLAIM_SUBMITTED', 'CLAIM_ACCEPTED', 'CLAIM_REJECTED'];

/** States that an epoch does not leave again, unless L1 reverts its claim. */
export const ends = ['CLAIM_ACCEPTED', 'CLAIM_REJECTED'];

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
  counts = new Map();
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
    this.counts = new Map(summary.epoch_counts.map(({ state, count, is_at_least: isAtLeast }) => {
      const sent = summary.epochs.filter(epoch => epoch.state === state).length;
      return [state, { count, isAtLeast, isWhole: count <= sent }];
    }));
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
      if (!known || kind === 'epoch.claim_reverted' || states.indexOf(state) >= states.indexOf(known.state)) {
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

  /** Epochs in a state, as far as they are loaded: those first that have waited for longest, or that ended last. */
  in(state) {
    const found = [...this.epochs.values()].filter(epoch => epoch.state === state);
    const direction = ends.includes(state) ? -1 : 1;
    found.sort((one, other) => direction * (Date.parse(one.since) - Date.parse(other.since)));
    return found;
  }

  /** How many epochs are in a state, also those that are not loaded. The node ends its count somewhere: then there are more. */
  count(state) {
    const loaded = this.in(state).length;
    const { count, isAtLeast, isWhole } = this.counts.get(state) ?? { isWhole: true };
    return isWhole ? { count: loaded, isAtLeast: false } : { count: Math.max(count, loaded), isAtLeast };
  }

  /** A figure per minute; a lower bound while the node has not followed its events for a minute. */
  rate(perMinute) {
    return `${this.summary.has_whole_minute ? '' : '≥ '}${number(perMinute)}`;
  }

  #trim() {
    for (const state of ends)
      for (const epoch of this.in(state).slice(mostFinished)) this.epochs.delete(keyOf(epoch.application, epoch.index));
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
