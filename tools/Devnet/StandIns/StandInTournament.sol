// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Match, Clock, Winner, TournamentArguments} from "./StandInTypes.sol";

/// A tournament of the Dave 2.1 interface without bisection, refunds and clones. Joins, clocks, pairing, timeouts, results and
/// the bond are as in the real one, with its errors in its order. Only the hooks at the end reach what it leaves out.
contract StandInTournament {
    event CommitmentJoined(bytes32 commitment, bytes32 finalStateHash, address indexed submitter);
    event MatchCreated(bytes32 indexed matchIdHash, bytes32 indexed one, bytes32 indexed two, bytes32 leftOfTwo);
    event MatchAdvanced(bytes32 indexed matchIdHash, bytes32 otherParent, bytes32 leftNode);
    event MatchDeleted(bytes32 indexed matchIdHash, bytes32 indexed one, bytes32 indexed two, uint8 reason, uint8 winnerCommitment);
    event NewInnerTournament(bytes32 indexed matchIdHash, address indexed childTournament);

    error InsufficientBond();
    error TournamentIsClosed();
    error TournamentIsFinished();
    error TournamentNotFinished();
    error TournamentFailedNoWinner();
    error NoWinner();
    error CommitmentProofWrongSize(uint256 expected, uint256 received);
    error CommitmentFinalStateMismatch(bytes32 expected, bytes32 received);
    error ClockNotTimedOut();
    error BothClocksHaveNotTimedOut();
    error ChildTournamentCannotBeEliminated();
    error WrongChildren(uint256 commitment, bytes32 parent, bytes32 left, bytes32 right);

    uint8 private constant BY_TIMEOUT = 1;
    uint8 private constant BY_CHILD = 2;

    uint64 private immutable _levels;
    uint64 private immutable _level;
    uint64 private immutable _log2step;
    uint64 private immutable _height;
    uint64 private immutable _allowance;
    uint64 private immutable _effort;
    uint256 private immutable _bond;
    uint64 private immutable _opened;

    bytes32 private _waiting;
    uint256 private _running;
    uint64 private _lastDeletion;
    mapping(bytes32 => Clock) private _clocks;
    mapping(bytes32 => bytes32) private _finalStates;
    mapping(bytes32 => address) private _submitters;
    mapping(bytes32 => bool) private _live;
    // What the real one stores of a match, which makes pairing dear; only hookInner reads it here.
    mapping(bytes32 => bytes32[4]) private _stored;
    mapping(address => Match) private _above;

    uint256 public getCommitmentJoinedCount;
    uint256 public getMatchCreatedCount;
    uint256 public getMatchAdvancedCount;
    uint256 public getMatchDeletedCount;
    uint256 public getNewInnerTournamentCount;

    constructor(uint64 levels, uint64 level, uint64 log2step, uint64 height, uint64 allowance, uint64 effort, uint256 bond) {
        (_levels, _level, _log2step, _height) = (levels, level, log2step, height);
        (_allowance, _effort, _bond) = (allowance, effort, bond);
        _opened = uint64(block.number);
    }

    function joinTournament(bytes32 finalState, bytes32[] calldata proof, bytes32 leftNode, bytes32 rightNode) external payable {
        if (isClosed()) revert TournamentIsClosed();
        if (msg.value < _bond) revert InsufficientBond();
        bytes32 root = keccak256(abi.encodePacked(leftNode, rightNode));
        if (proof.length != _height) revert CommitmentProofWrongSize(_height, proof.length);
        bytes32 folded = finalState;
        for (uint256 i = 0; i < proof.length; ++i) folded = keccak256(abi.encodePacked(proof[i], folded));
        if (folded != root) revert CommitmentFinalStateMismatch(root, folded);
        require(_clocks[root].allowance == 0, "clock is initialized");

        _clocks[root] = Clock(_allowance - (uint64(block.number) - _opened), 0);
        _finalStates[root] = finalState;
        _submitters[root] = msg.sender;
        ++getCommitmentJoinedCount;
        emit CommitmentJoined(root, finalState, msg.sender);
        _pair(root, leftNode);
    }

    function winMatchByTimeout(Match calldata pair, bytes32 leftNode, bytes32 rightNode) external {
        bytes32 id = _liveMatch(pair);
        bool oneOut = _isOut(pair.one);
        bool twoOut = _isOut(pair.two);
        if (oneOut == twoOut) revert ClockNotTimedOut();
        (bytes32 survivor, bytes32 loser) = oneOut ? (pair.two, pair.one) : (pair.one, pair.two);
        if (keccak256(abi.encodePacked(leftNode, rightNode)) != survivor) {
            revert WrongChildren(oneOut ? 2 : 1, survivor, leftNode, rightNode);
        }

        uint64 late = _overdue(loser);
        require(_left(survivor) > late, "can't create clock with zero time");
        _clocks[survivor] = Clock(_left(survivor) - late, 0);
        // The winner meets its next opponent before its last match is gone.
        _pair(survivor, leftNode);
        _delete(id, pair, BY_TIMEOUT, oneOut ? uint8(Winner.TWO) : uint8(Winner.ONE));
    }

    function eliminateMatchByTimeout(Match calldata pair) external {
        bytes32 id = _liveMatch(pair);
        (bytes32 ticking, bytes32 paused) = _clocks[pair.one].startInstant != 0 ? (pair.one, pair.two) : (pair.two, pair.one);
        if (!_isOut(ticking) || _overdue(ticking) < _left(paused)) revert BothClocksHaveNotTimedOut();
        _delete(id, pair, BY_TIMEOUT, uint8(Winner.NONE));
    }

    function eliminateInnerTournament(address child) external {
        Match memory pair = _above[child];
        bytes32 id = _liveMatch(pair);
        if (!StandInTournament(child).canBeEliminated()) revert ChildTournamentCannotBeEliminated();
        _delete(id, pair, BY_CHILD, uint8(Winner.NONE));
        delete _above[child];
    }

    function tryRecoveringBond() external returns (bool) {
        if (!isFinished()) revert TournamentNotFinished();
        if (_waiting == 0) revert NoWinner();
        // Whoever was paid is forgotten: a second call, and a settlement with it, fails for ever.
        assert(_submitters[_waiting] != address(0));
        (bool success,) = _submitters[_waiting].call{value: address(this).balance}("");
        if (success) delete _submitters[_waiting];
        return success;
    }

    function bondValue() external view returns (uint256) {
        return _bond;
    }

    function tournamentLevelConstants() external view returns (uint64 maxLevel, uint64 level, uint64 log2step, uint64 height) {
        return (_levels, _level, _log2step, _height);
    }

    function tournamentArguments() external view returns (TournamentArguments memory arguments) {
        (arguments.commitmentArgs.log2step, arguments.commitmentArgs.height) = (_log2step, _height);
        (arguments.level, arguments.levels) = (_level, _levels);
        (arguments.startInstant, arguments.allowance) = (_opened, _allowance);
        (arguments.maxAllowance, arguments.matchEffort) = (_allowance, _effort);
    }

    function getCommitment(bytes32 root) external view returns (Clock memory clock, bytes32 finalState) {
        return (_clocks[root], _finalStates[root]);
    }

    function arbitrationResult() external view returns (bool finished, bytes32 winnerCommitment, bytes32 finalState) {
        if (!isFinished()) return (false, 0, 0);
        if (_waiting == 0) revert TournamentFailedNoWinner();
        return (true, _waiting, _finalStates[_waiting]);
    }

    // Without a winner at once; with one, when it has had its time to be claimed above.
    function canBeEliminated() external view returns (bool) {
        (bool finished, uint64 since) = timeFinished();
        return finished && (_waiting == 0 || block.number >= since + _clocks[_waiting].allowance);
    }

    function timeFinished() public view returns (bool, uint64) {
        if (!isFinished()) return (false, 0);
        uint64 closing = _opened + _allowance;
        return (true, closing > _lastDeletion ? closing : _lastDeletion);
    }

    function isClosed() public view returns (bool) {
        return block.number >= _opened + _allowance;
    }

    function isFinished() public view returns (bool) {
        return isClosed() && _running == 0;
    }

    // What only bisection and inner tournaments do on the real contract. None of these is part of its interface.

    function hookAdvance(bytes32 id, bytes32 otherParent, bytes32 leftNode) external {
        ++getMatchAdvancedCount;
        emit MatchAdvanced(id, otherParent, leftNode);
    }

    function hookInner(bytes32 id, address child) external {
        (bytes32 one, bytes32 two) = (_stored[id][0], _stored[id][1]);
        (_clocks[one], _clocks[two]) = (Clock(_left(one), 0), Clock(_left(two), 0));
        _above[child] = Match(one, two);
        ++getNewInnerTournamentCount;
        emit NewInnerTournament(id, child);
    }

    function hookDelete(Match calldata pair, uint8 reason, uint8 winner, bytes32 leftOfWinner) external {
        bytes32 id = _liveMatch(pair);
        bytes32 survivor = winner == uint8(Winner.ONE) ? pair.one : pair.two;
        if (winner != uint8(Winner.NONE)) {
            _clocks[survivor] = Clock(_left(survivor), 0);
            _pair(survivor, leftOfWinner);
        }
        _delete(id, pair, reason, winner);
    }

    function _pair(bytes32 root, bytes32 leftNode) private {
        if (_waiting == 0) {
            _waiting = root;
            return;
        }

        bytes32 one = _waiting;
        _waiting = 0;
        _clocks[one] = Clock(_raised(one), uint64(block.number));
        _clocks[root] = Clock(_raised(root), 0);
        bytes32 id = keccak256(abi.encodePacked(one, root));
        _live[id] = true;
        _stored[id] = [one, root, leftNode, id];
        ++_running;
        ++getMatchCreatedCount;
        emit MatchCreated(id, one, root, leftNode);
    }

    function _delete(bytes32 id, Match memory pair, uint8 reason, uint8 winner) private {
        _live[id] = false;
        --_running;
        _lastDeletion = uint64(block.number);
        ++getMatchDeletedCount;
        emit MatchDeleted(id, pair.one, pair.two, reason, winner);
    }

    function _liveMatch(Match memory pair) private view returns (bytes32 id) {
        if (isFinished()) revert TournamentIsFinished();
        id = keccak256(abi.encodePacked(pair.one, pair.two));
        require(_live[id], "match does not exist");
    }

    function _raised(bytes32 root) private view returns (uint64) {
        uint64 raised = _left(root) + _effort;
        return raised > _allowance ? _allowance : raised;
    }

    function _elapsed(bytes32 root) private view returns (uint64) {
        uint64 start = _clocks[root].startInstant;
        return start == 0 ? 0 : uint64(block.number) - start;
    }

    function _left(bytes32 root) private view returns (uint64) {
        uint64 elapsed = _elapsed(root);
        uint64 allowance = _clocks[root].allowance;
        return elapsed >= allowance ? 0 : allowance - elapsed;
    }

    function _isOut(bytes32 root) private view returns (bool) {
        return _clocks[root].startInstant != 0 && _left(root) == 0;
    }

    function _overdue(bytes32 root) private view returns (uint64) {
        uint64 elapsed = _elapsed(root);
        uint64 allowance = _clocks[root].allowance;
        return elapsed > allowance ? elapsed - allowance : 0;
    }
}
