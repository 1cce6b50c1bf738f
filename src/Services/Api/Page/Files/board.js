import { h, number, say, span, sync, words } from './dom.js';
import { ends, keyOf, states, store } from './store.js';

const titles = {
  OPEN: 'open',
  CLOSED: 'closed',
  INPUTS_PROCESSED: 'inputs processed',
  CLAIM_CALCULATED: 'claim calculated',
  CLAIM_SUBMITTED: 'claim submitted',
  CLAIM_ACCEPTED: 'claim accepted',
  CLAIM_REJECTED: 'claim rejected',
};
const most = 12;

/** One column per state, that of rejected claims only if there are any; epochs move to the right. */
class EpochBoard extends HTMLElement {
  connectedCallback() {
    this.columns = h('ol', { class: 'columns' });
    this.append(this.columns);
    store.addEventListener('changed', () => this.render());
    setInterval(() => this.render(), 1000);
  }

  render() {
    if (!store.summary) return;
    const shown = states.filter(state => state !== 'CLAIM_REJECTED' || store.in(state).length);
    sync(this.columns, shown, state => state, makeColumn, (column, state) => {
      const epochs = store.in(state).slice(0, most);
      const { count, isAtLeast } = store.count(state);
      const total = `${number(count)}${isAtLeast ? '+' : ''}`;
      say(column.querySelector('.count'), total);
      sync(column.querySelector('ol'), epochs, epoch => keyOf(epoch.application, epoch.index), makeChip, updateChip);
      const which = ends.includes(state) ? 'newest' : 'oldest';
      say(column.querySelector('.more'), count === 0 ? 'none' : count > epochs.length ? `the ${which} ${epochs.length} of ${total}` : '');
    });
  }
}

function makeColumn(state) {
  return h('li', { class: 'column', 'data-state': state },
    h('h3', {}, titles[state], ' ', h('span', { class: 'count' })),
    h('ol', { class: 'chips' }),
    h('p', { class: 'more' }));
}

function makeChip(epoch) {
  return h('li', {}, h('button', {
    type: 'button',
    class: 'chip',
    onclick: event => document.querySelector('epoch-story').show(epoch.application, epoch.index, event.currentTarget),
  }, h('strong', {}), h('span', {})));
}

function updateChip(chip, epoch) {
  const button = chip.firstElementChild;
  const [name, age] = button.children;
  say(name, `${epoch.application_name} #${epoch.index}`);
  const since = Math.max(0, (Date.now() - Date.parse(epoch.since)) / 1000);
  say(age, since < 1 ? 'now' : span(Math.floor(since)));
  const label = `${epoch.application_name}, epoch ${epoch.index}: ${words(epoch.state)}`;
  if (button.getAttribute('aria-label') !== label) button.setAttribute('aria-label', label);
}

customElements.define('epoch-board', EpochBoard);
