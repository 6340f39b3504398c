//! What words tell about the numbers beside them, in the languages that services write in.
//!
//! Knows single words in lower case and nothing of their neighbours. A word that is missing here costs at most a code that
//! is not found; so a word goes in only when it clearly means one thing. The lists are kept dense by hand: one word a line would be hundreds of lines.

/// What a word says about a number near it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The number is a code: `code`, `OTP`, `пароль`, `验证码`.
    Code,
    /// The number may well be a code: `enter`, `verify`.
    Hint,
    /// The number is something else: `order`, `call`, `account`.
    Decoy,
    /// The code beside it earns a discount: `promo`, `coupon`.
    Coupon,
    /// A number right after it is an aim or an end, not a code: `to 12345`, `until 1830`.
    Target,
    /// Joins a name and its value: `is`, `est`.
    Link,
    /// The number before it counts something: `minutes`, `MB`.
    Unit,
    /// The number beside it is an amount.
    Money,
    Plain,
}

/// The meaning of a word in lower case. Coupons come first: a `промокод` is no `код`.
pub fn meaning(word: &str) -> Meaning {
    let contains = |stems: &[&str]| stems.iter().any(|stem| word.contains(stem));
    let starts = |stems: &[&str]| stems.iter().any(|stem| word.starts_with(stem));
    if contains(COUPON_STEMS) || COUPON_WORDS.contains(&word) {
        Meaning::Coupon
    } else if contains(CODE_STEMS) || CODE_WORDS.contains(&word) {
        Meaning::Code
    } else if contains(DECOY_PARTS) || starts(DECOY_STEMS) || DECOY_WORDS.contains(&word) {
        Meaning::Decoy
    } else if starts(UNIT_STEMS) || UNIT_WORDS.contains(&word) {
        Meaning::Unit
    } else if starts(MONEY_STEMS) || MONEY_WORDS.contains(&word) {
        Meaning::Money
    } else if contains(HINT_STEMS) || HINT_WORDS.contains(&word) {
        Meaning::Hint
    } else if TARGET_WORDS.contains(&word) {
        Meaning::Target
    } else if LINK_WORDS.contains(&word) {
        Meaning::Link
    } else {
        Meaning::Plain
    }
}

/// After these a full stop ends no sentence.
#[rustfmt::skip]
pub const ABBREVIATIONS: &[&str] = &[
    "no", "nr", "núm", "num", "ref", "tel", "rs", "acc", "ord", "тел", "руб", "г", "п",
];

/// Anywhere in a word, so that `Sicherheitscode`, `verifieringskod`, `kodunuz` and `본인확인인증번호는` are found.
#[rustfmt::skip]
const CODE_STEMS: &[&str] = &[
    // Latin
    "code", "codice", "codigo", "còdig", "codul", "kod", "kód", "cód",
    "passwor", "contraseña", "senha", "sandi", "şifre", "sifre", "parola", "parool",
    "hasło", "heslo", "jelszó", "lösenord",
    // Cyrillic and Greek
    "код", "парол", "κωδικ",
    // Hebrew, Arabic, Persian, Urdu
    "קוד", "סיסמ", "رمز", "كود", "کوڈ", "گذرواژه",
    // India and around
    "कोड", "ओटीपी", "কোড", "ওটিপি", "குறியீ", "కోడ్", "ಕೋಡ್", "കോഡ", "કોડ", "ਕੋਡ", "කේත",
    // South-East Asia, Caucasus
    "รหัส", "ລະຫັດ", "កូដ", "ကုဒ်", "კოდი", "կոդ",
    // Chinese, Japanese, Korean
    "验证码", "驗證碼", "校验码", "确认码", "確認碼", "认证码", "認證碼", "动态码", "動態碼",
    "安全码", "登录码", "口令", "密码", "密碼", "コード", "認証番号", "確認番号", "暗証番号",
    "パスワード", "ワンタイム", "인증번호", "확인번호", "보안번호", "비밀번호", "코드", "kood",
];

/// Whole words only: `pin` is also in `shopping`.
#[rustfmt::skip]
const CODE_WORDS: &[&str] = &[
    "otp", "otps", "otc", "pin", "pins", "mtan", "smstan", "tac", "passkey", "mã",
    "пин", "msimbo", "пін", "ओटिपी", "codi",
];

/// Anywhere in a word.
#[rustfmt::skip]
const COUPON_STEMS: &[&str] = &[
    "promo", "промо", "coupon", "cupom", "cupón", "cupon", "voucher", "discount", "rabat",
    "gutschein", "descuento", "desconto", "скидк", "купон", "postcode", "zipcode", "barcode",
    "postal", "indirim", "diskon", "优惠", "折扣", "邀请码", "クーポン", "쿠폰", "할인",
];

#[rustfmt::skip]
const COUPON_WORDS: &[&str] = &[
    "off", "sale", "zip", "qr", "referral", "refer", "invite", "gift", "dress", "area", "bar",
];

/// Anywhere in a word: these scripts put no blanks between words.
#[rustfmt::skip]
const DECOY_PARTS: &[&str] = &[
    "订单", "訂單", "单号", "尾号", "末四", "致电", "拨打", "客服", "电话", "電話", "回复", "余额",
    "注文", "お問い合わせ", "주문", "고객센터", "문의", "전화",
];

/// At the start of a word, so that `заказа` is found.
#[rustfmt::skip]
const DECOY_STEMS: &[&str] = &[
    "order", "invoice", "booking", "reserv", "ticket", "track", "account", "pedido", "commande",
    "bestell", "rechnung", "kunden", "konto", "compte", "cuenta", "conta", "factur", "fatura",
    "ordine", "conto", "sipariş", "hesap", "zamów", "rachun", "pesanan", "rekening", "заказ",
    "счет", "счёт", "карт", "договор", "номер", "телефон", "звон", "поддержк", "замовл", "рахун",
    "الطلب", "طلب", "اتصل", "حساب", "ऑर्डर", "खाते", "कॉल", "ออเดอร์", "โทร", "คำสั่งซื้อ", "đơn",
    "helpline", "support", "appel", "llam", "teléfono", "telefon", "ligue", "chiama",
];

#[rustfmt::skip]
const DECOY_WORDS: &[&str] = &[
    "ref", "reference", "acct", "acc", "ac", "card", "ending", "ends", "call", "dial", "tel",
    "phone", "mobile", "flight", "room", "gate", "bus", "id", "case", "reply", "text", "txt",
    "stop", "sms", "parcel", "package", "shipment", "carte", "tarjeta", "cartão", "carta", "karte",
    "kartı", "ruf", "anrufen", "gọi", "hotline", "ip", "version", "street", "suite", "model", "fax",
    "terminada", "txn", "utr", "policy", "kasse", "رسالة", "amount", "balance", "saldo", "number",
    "numéro", "número", "nummer",
];

/// At the start of a word: `минуты`, `分钟内有效`.
#[rustfmt::skip]
const UNIT_STEMS: &[&str] = &[
    "minut", "minuut", "second", "segund", "secund", "sekund", "hour", "hora", "heure", "stund",
    "мин", "секунд", "час", "дней", "дня", "сут", "хвил", "годин", "分", "秒", "小时", "時間", "天",
    "日", "年", "月", "분", "초", "시간", "일간", "년", "월", "نقط", "دقيق", "دقائق",
    "دقیق", "ثاني", "ثوان", "ساع", "मिनट", "सेकंड", "घंट", "মিনিট", "நிமிட", "నిమిష", "นาที",
    "วินาที", "ชั่วโมง", "phút", "giây", "dakika", "saniye", "menit", "detik", "point", "punkt",
    "балл", "积分", "件", "λεπτ", "דקות",
];

#[rustfmt::skip]
const UNIT_WORDS: &[&str] = &[
    "min", "mins", "sec", "secs", "sek", "сек", "hr", "hrs", "h", "s", "m", "d", "day", "days",
    "week", "weeks", "month", "months", "year", "years", "am", "pm", "gb", "mb", "kb", "kg", "km",
    "pts", "miles", "times", "items", "people", "tage", "jours", "días", "dias", "giorni", "gün",
    "hari", "ngày", "dni", "dagar", "dage", "uur", "uhr", "st", "nd", "rd", "th", "saat", "kw", "г",
    "год", "года", "units",
];

/// At the start of a word.
#[rustfmt::skip]
const MONEY_STEMS: &[&str] = &[
    "dollar", "euro", "rupe", "rupia", "rubl", "руб", "peso", "pound", "гривен", "元", "円", "块",
    "원", "บาท", "đồng", "ریال", "تومان", "درهم", "ريال", "جنيه", "रुप", "টাকা", "人民币",
];

#[rustfmt::skip]
const MONEY_WORDS: &[&str] = &[
    "usd", "eur", "gbp", "inr", "rs", "idr", "rp", "rub", "rur", "р", "грн", "uah", "tl",
    "brl", "mxn", "cny", "rmb", "jpy", "krw", "vnd", "vnđ", "thb", "myr", "rm", "php", "ngn", "kes",
    "ksh", "zar", "pln", "zł", "czk", "kč", "sek", "nok", "dkk", "kr", "chf", "aed", "sar", "egp",
    "pkr", "bdt", "ft", "huf", "lei", "ron", "cents",
];

/// Anywhere in a word.
#[rustfmt::skip]
const HINT_STEMS: &[&str] = &[
    "verif", "vérif", "confirm", "authent", "activat", "bestätig", "doğrula", "onay", "подтвер",
    "підтвер", "введите", "введіть", "potwierd", "weryfik", "验证", "驗證", "认证", "認証", "確認",
    "인증", "تأكيد", "تحقق", "تایید", "सत्याप", "ยืนยัน", "xác",
];

#[rustfmt::skip]
const HINT_WORDS: &[&str] = &[
    "use", "enter", "type", "input", "login", "log", "sign", "signin", "access", "usa", "utilisez",
    "saisissez", "ingresa", "introduce", "digite", "inserisci", "gunakan", "masukkan", "wpisz",
    "verwende", "nutze", "nhập", "kullan", "girin", "token",
];

#[rustfmt::skip]
const TARGET_WORDS: &[&str] = &[
    "to", "for", "until", "till", "by", "before", "after", "at", "in", "from", "since", "al", "au",
    "ao", "na", "zu", "bis", "für", "fino", "até", "hasta", "para", "pour", "до", "на", "для", "по",
    "untuk", "cho", "od", "an",
];

#[rustfmt::skip]
const LINK_WORDS: &[&str] = &[
    "is", "are", "was", "es", "est", "ist", "è", "é", "este", "jest", "är", "er", "on", "je",
    "adalah", "ialah", "là", "هو", "هي", "है", "است", "คือ", "ay", "ni", "הוא", "είναι",
];
