// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IInputBox, ITournament, ITournamentFactory} from "./StandInTypes.sol";

/// The consensus of one application, as DaveConsensus of Dave 2.1: seals epochs and settles them with what their tournament decided.
contract StandInConsensus {
    event ConsensusCreation(address inputBox, address appContract, address tournamentFactory);
    event EpochSealed(
        uint256 epochNumber, uint256 inputIndexLowerBound, uint256 inputIndexUpperBound, bytes32 initialMachineStateHash,
        bytes32 outputsMerkleRoot, address tournament
    );

    error IncorrectEpochNumber(uint256 received, uint256 actual);
    error TournamentNotFinishedYet();
    error InvalidOutputsMerkleRootProof(bytes32 settledState);
    error InvalidOutputsMerkleRootProofSize(uint256 size);
    error ApplicationMismatch(address expected, address received);

    uint256 private constant PROOF_SIZE = 59;
    // The word of the machine's memory that holds the outputs root, at 0x60800000.
    uint256 private constant LEAF = 0x60800000 >> 5;

    address private immutable _inputBox;
    address private immutable _app;
    address private immutable _factory;
    uint256 private immutable _deployed;

    uint256 private _epoch;
    uint256 private _lower;
    uint256 private _upper;
    ITournament private _tournament;
    mapping(bytes32 => bool) private _valid;

    constructor(address inputBox, address app, address factory, bytes32 initialHash) {
        (_inputBox, _app, _factory) = (inputBox, app, factory);
        _deployed = block.number;
        emit ConsensusCreation(inputBox, app, factory);
        _seal(0, 0, initialHash, 0);
    }

    function settle(uint256 epochNumber, bytes32 outputsMerkleRoot, bytes32[] calldata proof) external {
        if (epochNumber != _epoch) revert IncorrectEpochNumber(epochNumber, _epoch);
        (bool finished,, bytes32 finalState) = _tournament.arbitrationResult();
        if (!finished) revert TournamentNotFinishedYet();
        if (proof.length != PROOF_SIZE) revert InvalidOutputsMerkleRootProofSize(proof.length);
        bytes32 node = keccak256(abi.encodePacked(outputsMerkleRoot));
        for (uint256 i = 0; i < PROOF_SIZE; ++i) {
            node = (LEAF >> i) & 1 == 0 ? keccak256(abi.encodePacked(node, proof[i])) : keccak256(abi.encodePacked(proof[i], node));
        }
        if (node != finalState) revert InvalidOutputsMerkleRootProof(finalState);

        ITournament settled = _tournament;
        _valid[outputsMerkleRoot] = true;
        _seal(epochNumber + 1, _upper, finalState, outputsMerkleRoot);
        settled.tryRecoveringBond();
    }

    function canSettle() external view returns (bool isFinished, uint256 epochNumber, bytes32 winnerCommitment) {
        (isFinished, winnerCommitment,) = _tournament.arbitrationResult();
        epochNumber = _epoch;
    }

    function getCurrentSealedEpoch() external view returns (uint256 epochNumber, uint256 lower, uint256 upper, address tournament) {
        return (_epoch, _lower, _upper, address(_tournament));
    }

    function getDeploymentBlockNumber() external view returns (uint256) {
        return _deployed;
    }

    function getInputBox() external view returns (address) {
        return _inputBox;
    }

    function getApplicationContract() external view returns (address) {
        return _app;
    }

    function getTournamentFactory() external view returns (address) {
        return _factory;
    }

    function isOutputsMerkleRootValid(address app, bytes32 root) external view returns (bool) {
        if (app != _app) revert ApplicationMismatch(_app, app);
        return _valid[root];
    }

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0xe5cc8664;
    }

    function _seal(uint256 epoch, uint256 lower, bytes32 initialHash, bytes32 outputsMerkleRoot) private {
        (_epoch, _lower) = (epoch, lower);
        _upper = IInputBox(_inputBox).getNumberOfInputs(_app);
        _tournament = ITournamentFactory(_factory).instantiate(initialHash, address(this));
        emit EpochSealed(epoch, lower, _upper, initialHash, outputsMerkleRoot, address(_tournament));
    }
}
