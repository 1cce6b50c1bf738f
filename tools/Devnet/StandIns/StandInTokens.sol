// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Tokens with just what a portal calls; a constructor gives its argument all of them.

interface IReceiver {
    function onERC721Received(address, address, uint256, bytes calldata) external returns (bytes4);
    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external returns (bytes4);
}

contract StandInErc20 {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    constructor(address owner) {
        balanceOf[owner] = 1_000_000;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        return true;
    }
}

contract StandInErc721 {
    mapping(uint256 => address) public ownerOf;
    mapping(uint256 => address) public getApproved;

    constructor(address owner) {
        ownerOf[7] = owner;
    }

    function isApprovedForAll(address, address) external pure returns (bool) {
        return false;
    }

    function approve(address spender, uint256 id) external {
        require(ownerOf[id] == msg.sender, "not the owner");
        getApproved[id] = spender;
    }

    function safeTransferFrom(address from, address to, uint256 id, bytes calldata data) external {
        require(ownerOf[id] == from && getApproved[id] == msg.sender, "not approved");
        ownerOf[id] = to;
        require(IReceiver(to).onERC721Received(msg.sender, from, id, data) == IReceiver.onERC721Received.selector, "refused");
    }
}

contract StandInErc1155 {
    mapping(address => mapping(uint256 => uint256)) private balances;
    mapping(address => mapping(address => bool)) public isApprovedForAll;

    constructor(address owner) {
        balances[owner][7] = 100;
    }

    function balanceOf(address owner, uint256 id) external view returns (uint256) {
        return balances[owner][id];
    }

    function setApprovalForAll(address operator, bool isApproved) external {
        isApprovedForAll[msg.sender][operator] = isApproved;
    }

    function safeTransferFrom(address from, address to, uint256 id, uint256 amount, bytes calldata data) external {
        require(isApprovedForAll[from][msg.sender], "not approved");
        balances[from][id] -= amount;
        balances[to][id] += amount;
        require(
            IReceiver(to).onERC1155Received(msg.sender, from, id, amount, data) == IReceiver.onERC1155Received.selector,
            "refused"
        );
    }
}
