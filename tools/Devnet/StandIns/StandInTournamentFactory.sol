// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITournament} from "./StandInTypes.sol";
import {StandInTournament} from "./StandInTournament.sol";

/// Makes root tournaments: level 0 of 3, a leaf every 2^44 micro-steps, commitments of height 48.
contract StandInTournamentFactory {
    event TournamentCreated(address tournament);

    uint64 private immutable _effort;
    uint64 private immutable _allowance;
    uint256 private immutable _bond;

    constructor(uint64 effort, uint64 allowance, uint256 bond) {
        (_effort, _allowance, _bond) = (effort, allowance, bond);
    }

    function instantiate(bytes32, address) external returns (ITournament) {
        StandInTournament tournament = new StandInTournament(3, 0, 44, 48, _allowance, _effort, _bond);
        emit TournamentCreated(address(tournament));
        return ITournament(address(tournament));
    }
}
