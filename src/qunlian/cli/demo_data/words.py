"""Words that names and addresses are made of. No name of a real brand or chain among them."""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏"
    "吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃"
    "武钱戴严莫孔向常汤"
)
GIVEN_MEN = _listed(
    "建国 志强 国华 永康 伟 勇 军 海涛 文斌 家明 立新 德胜 春林 建平 小军 大伟 俊杰 志远 学文 "
    "水根 阿根 金宝 宝林 长福 来发 兴旺 国庆 卫东 建军 晓东 振华 荣华 世杰 明亮 正义 庆丰 火根 "
    "连生 友良 光明 少华 景行 子轩 浩然 天佑 一鸣"
)
GIVEN_WOMEN = _listed(
    "秀英 桂兰 丽华 玉珍 凤英 小红 美玲 爱华 晓燕 春梅 雪梅 慧芳 丽娟 海燕 金凤 秋菊 红霞 玲玲 "
    "敏 静 艳 翠萍 云仙 彩霞 素芬 月娥 雅琴 文静 佳怡 梦瑶 思雨 雨桐 欣怡 晓丽 亚萍 惠珍 水仙 "
    "巧云 冬梅 桂花 建芬 群英"
)

LUCKY = _listed(
    "福满 惠邻 家旺 顺发 鑫隆 百利 万佳 乐邻 常来 永兴 金源 好旺 聚福 同乐 新悦 广源 联丰 天润 "
    "恒旺 佳惠 四季 宏泰 吉庆 康乐 丰禾 满仓 仁和 东升 隆兴 祥瑞 益民 众惠 如意 春晖 盛和 长顺 "
    "邻客 星辰 开心 小满 大树 红灯笼 晨光里 老街坊 一家亲 向阳"
)

STREET_NAMES = _listed(
    "人民 解放 建设 和平 新华 文化 中兴 环城东 环城西 学院 迎宾 滨江 滨河 朝晖 望江 古楼 东门 "
    "西门 南门 北门 桂花 梧桐 香樟 银杏 青云 凤起 振兴 团结 劳动 花园 站前 体育场 胜利 光明 富强 "
    "幸福 兴业 创新 丰收 竹园 荷花 月亮湾"
)
STREET_KINDS = ("路", "路", "路", "街", "大道", "巷", "弄")
ESTATES = _listed(
    "翠竹苑 金桂花园 阳光水岸 锦绣家园 和悦府 香樟里 滨河新村 紫荆公寓 云栖小区 南风苑 东方雅居 "
    "碧水湾 梧桐里 望江名邸 牡丹新村 银泰花苑 书香门第 清风雅苑 朝阳新村 丽景湾 绿洲花园 "
    "盛世嘉园 芳草地 听雨轩 映月城"
)

# how shops of a type call themselves; {lucky} {surname} {given} {kin} {estate} {place} are filled in
SHOP_NAMES = {
    "便利店": (
        *(
            "{lucky}便利店",
            "{lucky}便利店({place}店)",
            "{place}{lucky}便利",
            "{lucky}二十四小时便利店",
            "{surname}家便利店",
        ),
        *("{estate}便利店", "{lucky}生活便利({estate}店)"),
    ),
    "烟酒店": (
        *(
            "{lucky}烟酒行",
            "老{surname}烟酒店",
            "{lucky}名烟名酒",
            "{place}{lucky}烟酒",
            "{surname}记烟酒茶",
            "{lucky}酒业商行",
        ),
        *("{lucky}烟酒({place}店)",),
    ),
    "餐饮": (
        *(
            "{surname}记土菜馆",
            "{lucky}酒家",
            "阿{given}大排档",
            "{place}农家菜",
            "{lucky}烧烤城",
            "{surname}家小厨",
            "{lucky}火锅",
        ),
        *("{given}面馆", "{place}羊肉馆", "{lucky}海鲜排档", "{lucky}大酒店", "老{surname}饭店"),
    ),
    "超市": (
        *(
            "{lucky}超市",
            "{lucky}生鲜超市({place}店)",
            "{place}{lucky}购物中心",
            "{lucky}平价超市",
            "{estate}生鲜超市",
        ),
        *("{lucky}百货超市",),
    ),
    "社区团购点": (
        *(
            "{estate}团购自提点",
            "{surname}{kin}团购({estate})",
            "{given}优选小站",
            "{estate}邻里团购",
            "{lucky}社区团({place})",
        ),
    ),
    "批发部": (
        *(
            "{lucky}副食批发部",
            "{place}{lucky}酒水批发",
            "{surname}氏商贸批发",
            "{lucky}食品经营部",
            "{lucky}商贸行",
        ),
    ),
    "校园店": (
        *(
            "{place}校园超市",
            "{lucky}文具小卖部",
            "学府{lucky}便利店",
            "{surname}{kin}小卖部",
            "{lucky}书报零食店",
        ),
    ),
}
COMPANY_NAMES = (
    "{lucky}商贸有限公司",
    "{lucky}酒业有限公司",
    "{lucky}食品贸易有限公司",
    "{lucky}供应链有限公司",
    "{lucky}糖酒副食有限公司",
)
