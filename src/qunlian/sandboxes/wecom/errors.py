"""The refusals of WeCom. Source: page 90313 (global error codes, as of 2023-08-20)."""

MORE = "more info at https://open.work.weixin.qq.com/devtool/query?e="

TEXTS = {
    -1: "system busy",
    40001: "invalid credential",
    40003: "invalid userid",
    40004: "invalid media type",
    40005: "invalid type",
    40006: "invalid file size",
    40007: "invalid media_id",
    40008: "invalid msgtype",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40029: "invalid code",
    40050: "chatid not exist",
    40056: "invalid agentid",
    40058: "invalid Request Parameter",
    40063: "some parameters are empty",
    40068: "invalid tagid",
    40071: "tag name already exists",
    40096: "invalid external userid",
    40097: "the user is not resigned",
    40098: "the user has not verified his real name",
    40100: "the external contact is being transferred",
    40126: "too many corp tags",
    40128: "the external contact was transferred too often",
    40129: "the external contact is being transferred",
    40130: "handover and takeover are the same user",
    40131: "the handover user does not follow the external contact",
    41001: "access_token missing",
    41002: "corpid missing",
    41004: "corpsecret missing",
    41044: "invalid config_id",
    41047: "invalid msgid",
    41048: "no customer to send",
    41050: "invalid welcome code",
    41051: "the customer is already chatting",
    41055: "too many welcome templates",
    41058: "only the app that made it may edit it",
    41063: "the message is being dispatched",
    41064: "too many attachments",
    41068: "intercept words out of limit",
    41069: "intercept rules out of limit",
    41091: "too many chats in one join way",
    41093: "already cancelled",
    41094: "reminded too often",
    42001: "access_token expired",
    43001: "require GET method",
    44001: "empty media data",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45009: "api freq out of limit",
    45033: "api concurrent out of limit",
    48002: "api forbidden for no authority",
    49008: "chat has been dissolved",
    50001: "redirect_uri unauthorized",
    50002: "no permission: out of the visible range",
    60003: "department not found",
    60011: "no privilege to access/modify contact/party/agent",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    600018: "invalid statistic interval",
    81013: "user & party & tag all invalid",
    81017: "too many chat owners",
    84061: "not external contact",
    84074: "no permission",
    84084: "not a follow user",
    86001: "invalid chatid",
    86003: "chatid not exist",
    86004: "invalid chat name",
    86005: "invalid chat owner",
    86006: "invalid chat member count",
    86007: "invalid chat member",
    86008: "not a chat of this app",
    86101: "only the owner may do this",
    86207: "the owner is not among the members",
    86215: "chatid exists",
    86216: "invalid member id",
    90500: "the owner of this chat is not resigned",
    90501: "chat is not external group chat",
    90502: "the owner of this chat has resigned",
    90504: "the owner is unchanged",
    90507: "the chat is being inherited",
    90508: "the chat was inherited already",
    93000: "invalid webhook url",
    93004: "robot disabled",
    93008: "robot not in the group",
}


class Refused(Exception):
    """The server says no, with HTTP 200 and an ``errcode``."""

    def __init__(self, code: int, note: str = "") -> None:
        super().__init__(code, note)
        self.code = code
        self.note = note

    def answer(self, ip: str = "") -> dict[str, object]:
        """Word it as the real one does: text, a note, the caller's address and a link."""
        parts = [TEXTS[self.code], self.note, f"from ip: {ip}" if ip else "", f"{MORE}{self.code}"]
        return {"errcode": self.code, "errmsg": ", ".join(part for part in parts if part)}
