// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IApplication, IApplicationFactory} from "./StandInTypes.sol";
import {StandInConsensus} from "./StandInConsensus.sol";

/// An application of the real ApplicationFactory and its consensus in one transaction, as DaveAppFactory of Dave 2.1.
contract StandInDaveAppFactory {
    event DaveAppCreated(address appContract, address daveConsensus);

    address private immutable _inputBox;
    IApplicationFactory private immutable _apps;
    address private immutable _tournaments;

    constructor(address inputBox, address appFactory, address tournamentFactory) {
        (_inputBox, _apps, _tournaments) = (inputBox, IApplicationFactory(appFactory), tournamentFactory);
    }

    function newDaveApp(bytes32 templateHash, bytes32 salt) external returns (address, address) {
        IApplication app = _apps.newApplication(address(0), address(this), templateHash, _inputs(), salt);
        StandInConsensus consensus = new StandInConsensus{salt: salt}(_inputBox, address(app), _tournaments, templateHash);
        app.migrateToOutputsMerkleRootValidator(address(consensus));
        app.renounceOwnership();
        emit DaveAppCreated(address(app), address(consensus));
        return (address(app), address(consensus));
    }

    function calculateDaveAppAddress(bytes32 templateHash, bytes32 salt) external view returns (address, address) {
        address app = _apps.calculateApplicationAddress(address(0), address(this), templateHash, _inputs(), salt);
        bytes memory code = abi.encodePacked(type(StandInConsensus).creationCode, abi.encode(_inputBox, app, _tournaments, templateHash));
        bytes32 hash = keccak256(abi.encodePacked(bytes1(0xff), address(this), salt, keccak256(code)));
        return (app, address(uint160(uint256(hash))));
    }

    function _inputs() private view returns (bytes memory) {
        return abi.encodeWithSignature("InputBox(address)", _inputBox);
    }
}
