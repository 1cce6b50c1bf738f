// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// The two commitments of a match.
struct Match {
    bytes32 one;
    bytes32 two;
}

/// Blocks that are left from startInstant on; startInstant is 0 while the clock is paused.
struct Clock {
    uint64 allowance;
    uint64 startInstant;
}

/// Who won a match.
enum Winner {
    NONE,
    ONE,
    TWO
}

interface ITournament {
    function arbitrationResult() external view returns (bool finished, bytes32 winnerCommitment, bytes32 finalState);
    function tryRecoveringBond() external returns (bool);
}

interface ITournamentFactory {
    function instantiate(bytes32 initialState, address provider) external returns (ITournament);
}

interface IInputBox {
    function addInput(address app, bytes calldata payload) external returns (bytes32);
    function getNumberOfInputs(address app) external view returns (uint256);
}

interface IApplication {
    function migrateToOutputsMerkleRootValidator(address newOutputsMerkleRootValidator) external;
    function renounceOwnership() external;
}

interface IApplicationFactory {
    function newApplication(address validator, address owner, bytes32 templateHash, bytes calldata dataAvailability, bytes32 salt)
        external
        returns (IApplication);
    function calculateApplicationAddress(
        address validator, address owner, bytes32 templateHash, bytes calldata dataAvailability, bytes32 salt
    ) external view returns (address);
}

struct CommitmentArguments {
    bytes32 initialHash;
    uint256 startCycle;
    uint64 log2step;
    uint64 height;
}

/// In the real one's order; the stand-in has no value for what only bisection needs.
struct TournamentArguments {
    CommitmentArguments commitmentArgs;
    uint64 level;
    uint64 levels;
    uint64 startInstant;
    uint64 allowance;
    uint64 maxAllowance;
    uint64 matchEffort;
    address provider;
    bytes32[4] nestedDispute;
    address stateTransition;
    address tournamentFactory;
}
