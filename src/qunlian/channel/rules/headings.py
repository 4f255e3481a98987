"""What columns are called in the spreadsheets people have, by the field they mean.

Chinese and English, as exports of ERP, DMS, CRM and map services write them; in the form of
``spreadsheets.heading``: half-width, lower case, words apart by one space, no brackets or units.
"""

from types import MappingProxyType

_CODE = "编码 编号 代码 code id no number sn key"
_STORE = "门店 店铺 终端 终端店 客户 网点 商户 商家 store shop outlet customer pos client account merchant"
_DISTRIBUTOR = "经销商 代理商 批发商 渠道商 供货商 distributor dealer wholesaler agent"
_STAFF = "员工 业务员 业代 人员 销售代表 staff employee rep salesperson user"
_TERRITORY = "区域 片区 辖区 销售区域 territory patch zone"


def _of(owners: str, words: str) -> tuple[str, ...]:
    """Join owners and words: 门店+编码, ``store code``."""
    joined = []
    for owner in owners.split():
        for word in words.split():
            is_english = owner.isascii()
            if is_english == word.isascii():
                joined.append(f"{owner} {word}" if is_english else f"{owner}{word}")
    return tuple(joined)


_PLACE = {
    "province": ("省", "省份", "所在省", "省市", "province", "state", "province city"),
    "city": ("市", "城市", "地市", "所在市", "所在城市", "city", "city name", "town"),
    "area": ("区", "县", "区县", "所在区", "所在区县", "行政区", "district", "county", "area"),
    "address": (
        *(
            "地址",
            "详细地址",
            "门店地址",
            "店铺地址",
            "联系地址",
            "收货地址",
            "经营地址",
            "客户地址",
        ),
        *("address", "store address", "full address", "street", "addr", "location address"),
    ),
    "lng": ("经度", "lng", "lon", "long", "longitude", "x", "x坐标", "gps经度"),
    "lat": ("纬度", "lat", "latitude", "y", "y坐标", "gps纬度"),
    "point": ("坐标", "经纬度", "位置", "store location", "location", "geo", "gps", "point", "wkt"),
}

_STORES = {
    "code": (*_of(_STORE, _CODE), *_CODE.split(), "店号", "门店号", "storeid", "shopid", "store"),
    "name": (
        *_of(_STORE, "名称 名 全称 名字 简称 name title"),
        *("名称", "店名", "名字", "字号", "招牌", "name", "title"),
    ),
    "type": (
        *_of(_STORE, "类型 类别 分类 业态 性质 种类 type category class kind format"),
        *("类型", "类别", "业态", "渠道", "渠道类型", "经营类型", "cate 1 name", "cate 1", "cate"),
        *("type", "category", "channel", "channel type", "segment", "format"),
    ),
    "management": (
        *_of(_STORE, "级别 等级 属性 level grade tier rank"),
        *(
            "管理属性",
            "属性",
            "等级",
            "级别",
            "经营方式",
            "连锁属性",
            "是否连锁",
            "合作类型",
            "level",
        ),
        *("management", "management attribute", "grade", "ownership", "tier", "rank"),
    ),
    "size": (
        *(
            "年销额",
            "年销售额",
            "销售额",
            "销量",
            "年销量",
            "规模",
            "体量",
            "营业额",
            "年营业额",
            "年进货额",
        ),
        *(
            "进货额",
            "月销额",
            "月均销售额",
            "金额",
            "size",
            "sales",
            "annual sales",
        ),
        *("revenue", "turnover", "volume", "yearly sales", "sale dollars", "payments"),
    ),
    "closeness": (
        *(
            "亲密度",
            "客情",
            "客情度",
            "关系",
            "客情关系",
            "密切度",
            "配合度",
            "评分",
            "closeness",
            "relationship",
        ),
        *("score", "rating", "loyalty"),
    ),
    "status": (
        *_of(_STORE, "状态 status state"),
        *("状态", "营业状态", "经营状态", "是否营业", "是否有效", "status", "active", "is active"),
    ),
    "expected_people": (
        "人数",
        "预计人数",
        "席位",
        "员工数",
        "入群人数",
        "people",
        "seats",
        "headcount",
    ),
    "territory": (
        *_of(_TERRITORY, _CODE),
        *(*_TERRITORY.split(), "所属区域", "责任区", "路线", "线路", "route", "region"),
    ),
    "rep": (
        *_of(_STAFF, _CODE + " 姓名 name"),
        *(
            "业务员",
            "业务代表",
            "业代",
            "负责人",
            "跟进人",
            "维护人",
            "所属业务员",
            "rep",
            "sales rep",
            "owner rep",
        ),
    ),
    "distributor": (
        *_of(_DISTRIBUTOR, _CODE + " 名称 name"),
        *(*_DISTRIBUTOR.split(), "所属经销商", "上级经销商", "vendor", "supplier"),
    ),
    "owner_name": (
        *("老板", "店主", "店主姓名", "老板姓名", "联系人", "联系人姓名", "法人", "经营者", "店长"),
        *("owner", "owner name", "contact", "contact name", "contact person", "manager"),
    ),
    "owner_phone": (
        *(
            "电话",
            "手机",
            "手机号",
            "手机号码",
            "联系电话",
            "联系方式",
            "店主电话",
            "老板电话",
            "老板手机",
        ),
        *(
            "店主手机",
            "phone",
            "mobile",
            "tel",
            "telephone",
            "contact phone",
            "owner phone",
            "phone number",
            "phone no",
            "mobile no",
        ),
    ),
    "tags": ("标签", "特征", "备注标签", "tags", "labels", "features"),
    **_PLACE,
}

_DISTRIBUTORS = {
    "code": (*_of(_DISTRIBUTOR, _CODE), *_CODE.split(), "vendor number"),
    "name": (
        *_of(_DISTRIBUTOR, "名称 全称 简称 name"),
        "名称",
        "公司名称",
        "name",
        "vendor name",
        "company",
    ),
    "parent": (
        *("上级", "上级编码", "上级经销商", "上级经销商编码", "上级代码", "总代", "一级经销商"),
        *("parent", "parent code", "parent id", "superior", "parent distributor"),
    ),
    "tier": ("级别", "层级", "等级", "经销商级别", "几级", "tier", "level"),
    "contact_name": _STORES["owner_name"],
    "contact_phone": _STORES["owner_phone"],
    "territory": _STORES["territory"],
    "status": ("状态", "合作状态", "status", "active"),
    **_PLACE,
}

_STAFF_FIELDS = {
    "code": (*_of(_STAFF, _CODE), *_CODE.split(), "工号", "员工号", "login"),
    "name": (*_of(_STAFF, "姓名 名称 名字 name"), "姓名", "名字", "name", "full name"),
    "role": ("角色", "职务", "岗位", "职位", "role", "position", "title", "job title"),
    "superior": (
        *("上级", "直属上级", "上级工号", "上级编码", "上级姓名", "主管", "直接主管", "经理"),
        *(
            "superior",
            "manager",
            "manager id",
            "manager code",
            "supervisor",
            "reports to",
            "leader",
        ),
    ),
    "phone": _STORES["owner_phone"],
    "territory": (*_STORES["territory"], "负责区域", "管辖区域"),
    "joined_on": (
        "入职日期",
        "入职时间",
        "加入日期",
        "joined",
        "joined on",
        "hire date",
        "start date",
    ),
    "left_on": ("离职日期", "离职时间", "left", "left on", "end date", "termination date"),
}

_TERRITORIES = {
    "code": (*_of(_TERRITORY, _CODE), *_CODE.split()),
    "name": (*_of(_TERRITORY, "名称 名 name"), "名称", *_TERRITORY.split(), "name", "region"),
    "parent": (
        *(
            "上级",
            "上级编码",
            "上级代码",
            "上级区域",
            "上级区域编码",
            "上级名称",
            "所属大区",
            "父级",
        ),
        *("parent", "parent code", "parent id", "superior", "parent territory"),
    ),
    "is_patch": ("是否片区", "片区", "是否末级", "末级", "is patch", "is leaf", "leaf", "patch"),
    "rep": _STORES["rep"],
}

_SALES = {
    "store": _STORES["code"],
    "store_name": _STORES["name"],
    "date": (
        *(
            "日期",
            "时间",
            "销售日期",
            "下单日期",
            "订单日期",
            "业务日期",
            "出库日期",
            "开票日期",
            "月份",
            "年月",
        ),
        *(
            "date",
            "day",
            "sale date",
            "sold on",
            "order date",
            "invoice date",
            "time stamp",
            "month",
            "datetime",
        ),
    ),
    "amount": (
        *(
            "金额",
            "销售额",
            "销售金额",
            "订单金额",
            "进货额",
            "实付金额",
            "应收金额",
            "总额",
            "合计",
            "含税金额",
        ),
        *(
            "amount",
            "sales",
            "sale dollars",
            "total",
            "revenue",
            "value",
            "sale amount",
            "pay count",
            "net amount",
        ),
    ),
    "quantity": (
        "数量",
        "件数",
        "箱数",
        "瓶数",
        "销量",
        "quantity",
        "qty",
        "bottles",
        "units",
        "volume",
    ),
    "item": (
        "商品",
        "产品",
        "商品名称",
        "产品名称",
        "品名",
        "商品编码",
        "sku",
        "item",
        "product",
        "item number",
    ),
    "invoice": (
        "单号",
        "订单号",
        "订单编号",
        "单据号",
        "流水号",
        "invoice",
        "order no",
        "order id",
        "order number",
    ),
}

#: kind of roster → field → headings
HEADINGS = MappingProxyType(
    {
        "stores": _STORES,
        "distributors": _DISTRIBUTORS,
        "staff": _STAFF_FIELDS,
        "territories": _TERRITORIES,
        "sales": _SALES,
    }
)
