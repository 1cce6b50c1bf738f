/*
 * How an epoch's moves are made, announced and found: outbox, work runner, guarded moves, fallback sync.
 * docs/reliability/model.md maps every part of it to the code and says what is left out.
 *
 * Move m takes the epoch from status m to status m + 1, and is made by the worker m; worker 1 has two replicas. Its announcement wakes the worker m + 1.
 * Anything may happen between any two steps: a replica crashes, the broker delivers in any order, twice, or not at all.
 *
 * Switches, each of which takes one part away:
 *   NO_GUARD     a move is committed whatever the row says by then
 *   NO_SYNC      nobody looks at the rows without being told to
 *   RELIABLE     the broker loses nothing, and a message is acknowledged only when its run has ended
 *   NO_OUTBOX    the announcement is sent after the commit, not stored in it
 *   NO_TRAILING  a wake-up that comes during a run shares that run
 *
 * TAKEN_BACK adds the one move back: L1 takes the last move back, once, and a new round of it begins. NO_ROUND then takes the round out of the guard.
 */
#define MOVES 2
#define REPLICAS 3     /* 0 of worker 0, 1 and 2 of worker 1 */
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef COPIES
#define COPIES 1
#endif

/* The database. The first announcement waits in the outbox. */
byte status = 0;
byte made[MOVES];
bool outbox[MOVES];

/* The broker: messages in the queue of each worker. */
byte queued[MOVES];

/* In memory of a replica: messages that wait for its next run, and those that its run will acknowledge. */
byte waiting[REPLICAS];
byte current[REPLICAS];
#ifdef NO_TRAILING
bool running[REPLICAS];
#define RUNNING(r, is) running[r] = is
#else
#define RUNNING(r, is) skip
#endif

#ifdef TAKEN_BACK
byte round = 0;
/* The round in which a run has seen what it moves the epoch by. */
byte seen[REPLICAS];
#define SEE(r) seen[r] = round
#define FORGET(r) seen[r] = 0
#define IS_OF_ROUND(r) assert(seen[r] == round)
#else
#define SEE(r) skip
#define FORGET(r) skip
#define IS_OF_ROUND(r) skip
#endif
#if defined(TAKEN_BACK) && !defined(NO_ROUND)
#define MAY_MOVE(m, r) (status == m && seen[r] == round)
#else
#define MAY_MOVE(m, r) (status == m)
#endif

byte crashes = CRASHES;
byte copies = COPIES;

/* What a crash takes: the memory. The broker delivers again what was not acknowledged. */
inline crash(m, r) {
  atomic {
    crashes > 0 -> crashes--;
    queued[m] = queued[m] + waiting[r] + current[r];
    waiting[r] = 0; current[r] = 0; RUNNING(r, false); FORGET(r)
  }
}

proctype Runner(byte m; byte r) {
end_idle:
  do
  :: atomic { waiting[r] > 0 -> current[r] = waiting[r]; waiting[r] = 0; RUNNING(r, true) };
     goto work
#ifndef NO_SYNC
  :: atomic { status == m -> RUNNING(r, true) };
     goto work
#endif
  od;
work:
  /* What is read is used at once: kept in a variable it would be a part of every later state. */
  if
  :: status != m -> goto done
  :: atomic { status == m -> SEE(r) }
  fi;
  /* The work itself. */
  if
  :: crash(m, r); goto end_idle
#ifndef RELIABLE
  :: current[r] = 0      /* acknowledged, for the run takes long */
#endif
  :: true
  fi;
  if
  :: crash(m, r); goto end_idle
  :: atomic {
#ifdef NO_GUARD
       true ->
#else
       MAY_MOVE(m, r) ->
#endif
       made[m]++;
       assert(made[m] == 1);
       IS_OF_ROUND(r);
       status = m + 1;
#ifndef NO_OUTBOX
       if
       :: m + 1 < MOVES -> outbox[m + 1] = true
       :: else
       fi
#endif
     }
#ifndef NO_GUARD
  :: !MAY_MOVE(m, r) -> goto done   /* rolled back: somebody else was first, or the round is over */
#endif
  fi;
  if
  :: crash(m, r); goto end_idle
  :: true
  fi;
#ifdef NO_OUTBOX
  if
  :: m + 1 < MOVES -> queued[m + 1]++
  :: else
  fi;
#endif
done:
  atomic { current[r] = 0; RUNNING(r, false); FORGET(r) };
  goto end_idle
}

#ifdef TAKEN_BACK
/* Replaces the block that the last move was made by, once. Nobody is told: the epoch is due again. */
proctype L1() {
end_idle:
  atomic { status == MOVES -> status = MOVES - 1; made[MOVES - 1] = 0; round++ }
}
#endif

/* Sends what is stored, then removes it; a crash between the two sends it again. */
proctype Dispatcher() {
  byte m;
end_idle:
  do
  :: atomic { outbox[0] -> m = 0 }; goto send
  :: atomic { outbox[1] -> m = 1 }; goto send
  od;
send:
  queued[m]++;
  if
  /* Not read again, so no part of the states that follow. */
  :: atomic { crashes > 0 -> crashes--; m = 0 }
  :: atomic { outbox[m] = false; m = 0 }
  fi;
  goto end_idle
}

inline deliver(m, r) {
  atomic {
    queued[m] > 0 -> queued[m]--;
#ifdef NO_TRAILING
    if
    :: running[r] -> current[r]++
    :: else -> waiting[r]++
    fi
#else
    waiting[r]++
#endif
  }
}

proctype Broker() {
end_idle:
  do
  :: deliver(0, 0)
  :: deliver(1, 1)
  :: deliver(1, 2)
  :: atomic { copies > 0 -> copies--; queued[0]++ }
  :: atomic { copies > 0 -> copies--; queued[1]++ }
#ifndef RELIABLE
  :: atomic { queued[0] > 0 -> queued[0]-- }
  :: atomic { queued[1] > 0 -> queued[1]-- }
#endif
  od
}

/* Time goes on when nothing is left to do: a run that is stuck is then an endless one. The condition always holds; Spin refuses a loop without one, and two steps would
   double the states. */
proctype Clock() {
end_idle:
  do
  :: status <= MOVES
  od
}

init {
  atomic {
    outbox[0] = true;
    run Runner(0, 0); run Runner(1, 1); run Runner(1, 2);
#ifdef TAKEN_BACK
    run L1();
#endif
    run Dispatcher(); run Broker(); run Clock()
  }
}

/* No committed move stays unfinished: the last one is made, and nothing stays in the outbox. That no move is made twice is asserted where it is made. */
ltl finished { <> [] (status == MOVES && !outbox[0] && !outbox[1]) }
