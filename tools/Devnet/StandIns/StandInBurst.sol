// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IInputBox} from "./StandInTypes.sol";

/// Adds many inputs to an application in one transaction, as a contract that people use may: a burst fits in few blocks.
contract StandInBurst {
    IInputBox private immutable _inputBox;

    constructor(address inputBox) {
        _inputBox = IInputBox(inputBox);
    }

    /// Inputs whose payloads are the numbers from first on, 32 bytes each.
    function add(address app, uint256 first, uint256 count) external {
        for (uint256 i = first; i < first + count; ++i) _inputBox.addInput(app, abi.encode(i));
    }
}
