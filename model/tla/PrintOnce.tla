------------------------------ MODULE PrintOnce ------------------------------
(* Print-once with a physical actuator: one hub, stations with a printer each, people.

   hub    durable, but may be put back from a copy (Restore): then `epoch` grows and nothing is granted before each
          station has said again what it holds and printed (Reconcile)
   msgs   grows only: any message may be lost (never read), late, or read twice
   st     a station: durable, but for `up` and `sent`
   pr     its printer: works on when the station is dead; may lose its job
   good   what really came out, per right; no program sees it

   A right is <<record, issue number>>. Bugs names the rules that are taken out. *)
EXTENDS Naturals, FiniteSets
CONSTANTS Records, Issues, S, None, Cap, Hopper, MaxFence, Days, Horizon, MaxEpoch, Losses, Rollbacks, Bugs
VARIABLES hub, msgs, st, pr, good
vars == <<hub, msgs, st, pr, good>>

R == Records \X (1..Issues)
Broken(rule) == rule \in Bugs
Holding == {"cached", "spoiled", "intent", "indoubt"}   \* spoiled: cached, and not approved
NoIntent == [r |-> None, c0 |-> 0, day |-> 0]
NoCopy == [right |-> None, off |-> {}]

Init ==
  /\ hub = [right |-> [r \in R |-> [st |-> IF r[2] = 1 THEN "ready" ELSE "none", by |-> None, f |-> 0, rw |-> FALSE]],
            off |-> {}, epoch |-> 1, awaited |-> {}, copy |-> NoCopy]
  /\ msgs = {}
  /\ st = [s \in S |-> [loc |-> [r \in R |-> "none"], lf |-> [r \in R |-> 0], known |-> 1, open |-> NoIntent,
                        used |-> [d \in Days |-> 0], lastc |-> 0, day |-> 0, up |-> TRUE, sent |-> FALSE,
                        led |-> [loaded |-> Hopper, inprint |-> 0, printed |-> 0, spoiled |-> 0]]]
  /\ pr = [s \in S |-> [job |-> None, tray |-> "empty", ctr |-> 0, hop |-> Hopper, spoil |-> 0]]
  /\ good = [r \in R |-> 0]

---- (* ---- the hub ---- *)
HubClaim(s, r) == LET h == hub.right[r] IN
  /\ s \notin hub.off /\ (hub.awaited = {} \/ Broken("NoFreeze"))
  /\ h.st = "ready" /\ h.f < MaxFence
  /\ hub' = [hub EXCEPT !.right[r] = [st |-> "held", by |-> s, f |-> h.f + 1, rw |-> FALSE]]
  /\ msgs' = msgs \cup {[t |-> "grant", s |-> s, r |-> r, f |-> h.f + 1, e |-> hub.epoch]}
  /\ UNCHANGED <<st, pr, good>>
Lease(r) ==
  /\ Broken("Lease") /\ hub.right[r].st = "held"
  /\ hub' = [hub EXCEPT !.right[r].st = "ready", !.right[r].by = None] /\ UNCHANGED <<msgs, st, pr, good>>
HubRevoke(r) == LET h == hub.right[r] IN
  /\ \/ h.st = "ready" /\ hub' = [hub EXCEPT !.right[r].st = "revoked"] /\ UNCHANGED msgs
     \/ /\ h.st = "held" /\ ~h.rw /\ hub' = [hub EXCEPT !.right[r].rw = TRUE]
        /\ msgs' = msgs \cup {[t |-> "revoke", s |-> h.by, r |-> r, f |-> h.f, e |-> hub.epoch]}
  /\ UNCHANGED <<st, pr, good>>
Back(h, f) == [st |-> IF h.rw \/ h.st = "revoked" THEN "revoked" ELSE "ready", by |-> None, f |-> f, rw |-> FALSE]
Apply(m) == LET h == hub.right[m.r]
                   forgotten == m.f > h.f /\ h.st \in {"none", "ready", "held", "revoked"}   \* only after Restore
                   its == h.by = m.s /\ (m.f = h.f \/ Broken("NoFence")) IN
  /\ \/ m.t = "done" /\ (forgotten \/ (its /\ h.st \in {"held", "lost"}))
        /\ hub' = [hub EXCEPT !.right[m.r] = [st |-> "done", by |-> m.s, f |-> m.f, rw |-> FALSE]]
     \/ m.t = "release" /\ (forgotten \/ (its /\ h.st = "held"))
        /\ hub' = [hub EXCEPT !.right[m.r] = Back(h, IF m.f > h.f THEN m.f ELSE h.f)]
  /\ UNCHANGED <<msgs, st, pr, good>>
HubHears == \E m \in msgs : Apply(m)
(* Two people: a station that will not come back is written off; the next issue number of a record. *)
WriteOff(s) ==
  /\ Losses /\ s \notin hub.off
  /\ hub' = [hub EXCEPT !.off = @ \cup {s}, !.awaited = @ \ {s}, !.right = [r \in R |->
       IF @[r].st # "held" \/ @[r].by # s THEN @[r]
       ELSE IF Broken("LostReady") THEN [@[r] EXCEPT !.st = "ready", !.by = None] ELSE [@[r] EXCEPT !.st = "lost"]]]
  /\ UNCHANGED <<msgs, st, pr, good>>
Reissue(r) == LET next == <<r[1], r[2] + 1>> IN
  /\ next \in R /\ hub.right[next].st = "none"
  /\ hub.right[r].st \in {"done", "lost"} \/ (Broken("ReissueOpen") /\ hub.right[r].st = "held")
  /\ hub' = [hub EXCEPT !.right[next].st = "ready"] /\ UNCHANGED <<msgs, st, pr, good>>
Copy ==
  /\ hub.epoch < MaxEpoch /\ hub.copy = NoCopy
  /\ hub' = [hub EXCEPT !.copy = [right |-> hub.right, off |-> hub.off]] /\ UNCHANGED <<msgs, st, pr, good>>
Restore ==
  /\ hub.copy # NoCopy
  /\ hub' = [right |-> hub.copy.right, off |-> hub.copy.off, epoch |-> hub.epoch + 1,
             awaited |-> S \ hub.copy.off, copy |-> NoCopy]
  /\ UNCHANGED <<msgs, st, pr, good>>
(* What a restored hub makes of a right when a station has told its chain to the end and says what it holds. *)
Heard(s, r) == LET h == hub.right[r]  l == st[s].loc[r]  f == st[s].lf[r]
                   newer == f > h.f \/ (f = h.f /\ h.by \in {s, None}) IN
  IF newer /\ (l = "printed" \/ (l = "shredded" /\ ~Broken("NoTellAgain")))
    THEN [st |-> "done", by |-> s, f |-> f, rw |-> FALSE]
  ELSE IF newer /\ l \in Holding /\ h.st \notin {"done", "lost"}
    THEN [st |-> "held", by |-> s, f |-> f, rw |-> h.rw \/ h.st = "revoked"]
  ELSE IF newer /\ l = "tomb" /\ h.st \notin {"done", "lost"} THEN Back(h, f)
  ELSE IF h.st = "held" /\ h.by = s /\ l \notin Holding THEN Back(h, h.f)
  ELSE h
Reconcile(s) ==
  /\ s \in hub.awaited /\ st[s].up
  /\ hub' = [hub EXCEPT !.awaited = @ \ {s}, !.right = [r \in R |-> Heard(s, r)]]
  /\ st' = [st EXCEPT ![s].known = hub.epoch] /\ UNCHANGED <<msgs, pr, good>>

---- (* ---- a station ---- *)
Keep(s, m) ==
  /\ st[s].up /\ m.t = "grant" /\ m.s = s /\ st[s].loc[m.r] \in {"none", "tomb"}
  /\ m.e = st[s].known \/ Broken("OldEpoch")
  /\ m.f > st[s].lf[m.r] \/ Broken("NoFence")
  /\ st' = [st EXCEPT ![s].loc[m.r] = "cached", ![s].lf[m.r] = m.f] /\ UNCHANGED <<hub, msgs, pr, good>>
TakeGrant(s) == \E m \in msgs : Keep(s, m)
Anchored(s) == st[s].open # NoIntent \/ pr[s].ctr = st[s].lastc   \* the printer counted what the store knows of
Release(s, r) ==   \* the tomb is durable before the word goes out
  /\ st[s].up /\ st[s].loc[r] \in {"cached", "spoiled"}
  /\ Anchored(s) \/ Broken("ReleaseUnanchored")
  /\ st' = IF Broken("ReleaseEarly") THEN st ELSE [st EXCEPT ![s].loc[r] = "tomb"]
  /\ msgs' = msgs \cup {[t |-> "release", s |-> s, r |-> r, f |-> st[s].lf[r], e |-> st[s].known]}
  /\ UNCHANGED <<hub, pr, good>>
TakeRevoke(s) == \E m \in msgs :
  /\ m.t = "revoke" /\ m.s = s /\ st[s].lf[m.r] = m.f
  /\ Release(s, m.r)
Approve(s, r) == /\ st[s].up /\ st[s].loc[r] = "spoiled" /\ st' = [st EXCEPT ![s].loc[r] = "cached"]
                 /\ UNCHANGED <<hub, msgs, pr, good>>
Report(s, r) ==
  /\ st[s].up /\ st[s].loc[r] = "printed"
  /\ msgs' = msgs \cup {[t |-> "done", s |-> s, r |-> r, f |-> st[s].lf[r], e |-> st[s].known]} /\ msgs' # msgs
  /\ UNCHANGED <<hub, st, pr, good>>
Acknowledged(s, r) ==   \* by a hub of the epoch the station knows: the payload is destroyed
  /\ st[s].up /\ st[s].loc[r] = "printed" /\ hub.right[r].st = "done" /\ hub.epoch = st[s].known
  /\ st' = [st EXCEPT ![s].loc[r] = "shredded"] /\ UNCHANGED <<hub, msgs, pr, good>>
ClockJump(s, d) ==
  /\ st[s].day # d
  /\ st' = [st EXCEPT ![s].day = d]
  /\ UNCHANGED <<hub, msgs, pr, good>>

---- (* ---- one card: intent, bytes, outcome ---- *)
Allowed(s) == st[s].used[st[s].day] < Cap /\ (st[s].day <= Horizon \/ Broken("NoToken"))
Intent(s, r) == LET d == st[s].day IN
  /\ st[s].up /\ st[s].loc[r] = "cached" /\ (st[s].open = NoIntent \/ Broken("TwoOpen"))
  /\ pr[s].job = None /\ pr[s].hop > 0 /\ st[s].led.loaded > 0 /\ Allowed(s)
  /\ pr[s].ctr = st[s].lastc \/ Broken("NoAnchor") \/ Broken("TwoOpen")
  /\ st' = [st EXCEPT ![s].loc[r] = "intent", ![s].open = [r |-> r, c0 |-> pr[s].ctr, day |-> d], ![s].sent = FALSE,
                      ![s].used[d] = IF Broken("CountAtFinish") THEN @ ELSE @ + 1,
                      ![s].led.loaded = @ - 1, ![s].led.inprint = @ + 1]
  /\ UNCHANGED <<hub, msgs, pr, good>>
Send(s) == LET r == st[s].open.r IN
  /\ st[s].up /\ r # None /\ ~st[s].sent /\ st[s].loc[r] = "intent" /\ pr[s].job = None
  /\ st' = [st EXCEPT ![s].sent = TRUE] /\ pr' = [pr EXCEPT ![s].job = r, ![s].tray = "empty"]
  /\ UNCHANGED <<hub, msgs, good>>
PrinterDoes(s, o) ==
  /\ pr[s].job # None
  /\ IF o = "lost" THEN pr' = [pr EXCEPT ![s].job = None] /\ UNCHANGED good
     ELSE /\ pr[s].hop > 0
          /\ pr' = [pr EXCEPT ![s].job = None, ![s].tray = o, ![s].ctr = @ + 1, ![s].hop = @ - 1,
                              ![s].spoil = IF o = "spoil" THEN @ + 1 ELSE @]
          /\ good' = IF o = "good" THEN [good EXCEPT ![pr[s].job] = @ + 1] ELSE good
  /\ UNCHANGED <<hub, msgs, st>>
InDoubt(s) == [st[s] EXCEPT !.loc[st[s].open.r] = "indoubt", !.sent = FALSE]
LinkLost(s) == /\ st[s].up /\ st[s].open # NoIntent /\ st[s].loc[st[s].open.r] = "intent"
               /\ st' = [st EXCEPT ![s] = InDoubt(s)] /\ UNCHANGED <<hub, msgs, pr, good>>
Undone(s) == [st[s] EXCEPT !.loc[st[s].open.r] = "cached", !.open = NoIntent, !.sent = FALSE,
                           !.led.loaded = @ + 1, !.led.inprint = @ - 1]
Crash(s) == LET open == st[s].open # NoIntent /\ st[s].loc[st[s].open.r] = "intent" IN
  /\ st[s].up
  /\ st' = [st EXCEPT ![s] = [(IF open /\ Broken("IntentAfter") THEN Undone(s) ELSE st[s])
                              EXCEPT !.up = FALSE, !.sent = FALSE]]
  /\ UNCHANGED <<hub, msgs, pr, good>>
Restart(s) == LET open == st[s].open # NoIntent /\ st[s].loc[st[s].open.r] = "intent" IN
  /\ ~st[s].up
  /\ st' = [st EXCEPT ![s] = [(IF ~open THEN st[s] ELSE IF Broken("AutoRetry") THEN Undone(s) ELSE InDoubt(s))
                              EXCEPT !.up = TRUE]]
  /\ UNCHANGED <<hub, msgs, pr, good>>
Settle(s, verdict) == LET r == st[s].open.r  d == st[s].open.day  spent == verdict # "cached" IN
  /\ st' = [st EXCEPT ![s].loc[r] = verdict, ![s].open = NoIntent, ![s].sent = FALSE, ![s].lastc = pr[s].ctr,
       ![s].used[d] = IF Broken("CountAtFinish") THEN (IF spent THEN @ + 1 ELSE @) ELSE (IF spent THEN @ ELSE @ - 1),
       ![s].led.inprint = @ - 1, ![s].led.loaded = IF spent THEN @ ELSE @ + 1,
       ![s].led.printed = IF verdict = "printed" THEN @ + 1 ELSE @,
       ![s].led.spoiled = IF verdict = "spoiled" THEN @ + 1 ELSE @]
  /\ UNCHANGED <<hub, msgs, pr, good>>
Fed(s) == pr[s].ctr - st[s].open.c0
GoodEnd(s) ==
  /\ st[s].up /\ st[s].sent /\ pr[s].job = None /\ Fed(s) = 1 /\ pr[s].tray = "good"
  /\ Settle(s, "printed")
Doubted(s) == st[s].up /\ st[s].open # NoIntent /\ st[s].loc[st[s].open.r] = "indoubt"
Proof(s) ==
  /\ Doubted(s) /\ Fed(s) = 0
  /\ pr[s].job = None \/ Broken("BusyProof")
  /\ Settle(s, "cached")
Person(s) ==   \* sees the card, or with a second person that there is none; the printer is at rest
  /\ Doubted(s) /\ pr[s].job = None
  /\ Settle(s, IF Fed(s) = 0 THEN "cached" ELSE IF pr[s].tray = "good" THEN "printed" ELSE "spoiled")
Rollback(s, r) ==   \* a disk put back from yesterday's copy: the last card is forgotten
  /\ Rollbacks /\ ~st[s].up /\ st[s].open = NoIntent /\ st[s].loc[r] = "printed" /\ st[s].lastc > 0
  /\ st' = [st EXCEPT ![s].loc[r] = "cached", ![s].lastc = @ - 1, ![s].led.loaded = @ + 1, ![s].led.printed = @ - 1]
  /\ UNCHANGED <<hub, msgs, pr, good>>

Next ==
  \/ \E r \in R : Lease(r) \/ HubRevoke(r) \/ Reissue(r)
  \/ HubHears \/ \E s \in S : TakeGrant(s) \/ TakeRevoke(s)
  \/ \E s \in S, r \in R : HubClaim(s, r) \/ Release(s, r) \/ Approve(s, r) \/ Report(s, r) \/ Acknowledged(s, r)
                           \/ Intent(s, r) \/ Rollback(s, r)
  \/ \E s \in S : Send(s) \/ LinkLost(s) \/ Crash(s) \/ Restart(s) \/ GoodEnd(s) \/ Proof(s) \/ Person(s)
                  \/ WriteOff(s) \/ Reconcile(s) \/ \E o \in {"lost", "good", "spoil"} : PrinterDoes(s, o)
  \/ \E s \in S, d \in Days : ClockJump(s, d)
  \/ Copy \/ Restore
Spec == Init /\ [][Next]_vars

---- (* ---- what always holds ---- *)
Open == hub.awaited = {}   \* while a restored hub gathers words its book may be behind
PrintOnce == \A r \in R : good[r] <= 1
OneHolder == \A r \in R : Cardinality({s \in S : st[s].loc[r] \in Holding}) <= 1
OneOpen == \A s \in S : st[s].led.inprint <= 1
CapHeld == \A s \in S : pr[s].ctr <= Cap * (1 + Horizon)
Conserve == \A s \in S : LET l == st[s].led IN l.loaded + l.inprint + l.printed + l.spoiled = Hopper
AtRest(s) == st[s].up /\ st[s].open = NoIntent /\ st[s].lastc = pr[s].ctr
LedgerTrue == \A s \in S : AtRest(s) => st[s].led.loaded = pr[s].hop /\ st[s].led.spoiled = pr[s].spoil
RevokedClean == Open => \A r \in R : hub.right[r].st = "revoked" => good[r] = 0
DoneTrue == \A r \in R : hub.right[r].st = "done" => good[r] = 1
ShreddedTold == Open => \A s \in S, r \in R : st[s].loc[r] = "shredded" => hub.right[r].st = "done"
IssueInOrder == Open => \A r \in R : (r[2] > 1 /\ hub.right[r].st # "none") =>
                                       hub.right[<<r[1], r[2] - 1>>].st \in {"done", "lost", "revoked"}
=============================================================================
