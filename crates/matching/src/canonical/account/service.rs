//! The services whose names, hosts and pages are known.

/// How one service writes its accounts.
pub(super) struct Service {
    /// Its one name here.
    pub(super) name: &'static str,
    /// Other names for it.
    aliases: &'static [&'static str],
    /// Hosts of its pages, without `www.` and `m.`.
    hosts: &'static [&'static str],
    /// Where the name stands in a page's path: `*` is the name, and what stands before `>` goes before it.
    pages: &'static [&'static str],
    /// Kinds of numbers that have a word before them, as in `channel/`.
    pub(super) prefixes: &'static [&'static str],
    /// Signs beside letters and digits.
    pub(super) signs: &'static str,
    /// Longest name.
    pub(super) most: usize,
    /// A telephone number may be the account.
    pub(super) by_phone: bool,
    /// Spaces in a name make no difference.
    pub(super) drops_spaces: bool,
}

const PLAIN: Service = Service {
    name: "",
    aliases: &[],
    hosts: &[],
    pages: &["*"],
    prefixes: &[],
    signs: "._-",
    most: 64,
    by_phone: false,
    drops_spaces: false,
};

/// Lengths and signs as commonly known of these services, with room where they have changed; not checked against each of them, so to be
/// confirmed before a refusal is relied on.
static SERVICES: [Service; 34] = [
    Service {
        name: "bluesky",
        aliases: &["bsky"],
        hosts: &["bsky.app"],
        pages: &["profile/*"],
        signs: ".-:",
        most: 253,
        ..PLAIN
    },
    Service { name: "cashapp", aliases: &["cash"], hosts: &["cash.app"], signs: "$-_", ..PLAIN },
    Service {
        name: "discord",
        hosts: &["discord.com", "discordapp.com"],
        pages: &["users/*"],
        signs: "._#",
        most: 37,
        ..PLAIN
    },
    Service {
        name: "facebook",
        aliases: &["fb", "messenger"],
        hosts: &["facebook.com", "fb.com", "fb.me", "m.me", "messenger.com"],
        pages: &["profile.php?id=*", "people/_/*", "t/*", "*"],
        signs: ".",
        ..PLAIN
    },
    Service { name: "github", hosts: &["github.com"], signs: "-", most: 39, ..PLAIN },
    Service {
        name: "instagram",
        aliases: &["ig", "insta"],
        hosts: &["instagram.com", "instagr.am"],
        pages: &["stories/*", "*"],
        signs: "._",
        most: 30,
        ..PLAIN
    },
    Service {
        name: "kik",
        aliases: &["kikmessenger"],
        hosts: &["kik.me"],
        pages: &["u/*", "*"],
        signs: "._",
        most: 30,
        ..PLAIN
    },
    Service { name: "line", hosts: &["line.me"], pages: &["ti/p/~*"], signs: "._-", ..PLAIN },
    Service {
        name: "linkedin",
        hosts: &["linkedin.com"],
        pages: &["in/*"],
        signs: "-_%",
        most: 100,
        ..PLAIN
    },
    Service { name: "matrix", hosts: &["matrix.to"], pages: &["#/@*"], signs: "._-=/+:", most: 255, ..PLAIN },
    Service { name: "medium", hosts: &["medium.com"], pages: &["@*"], ..PLAIN },
    Service { name: "mega", hosts: &["mega.nz"], signs: "._-@+", pages: &[], most: 254, ..PLAIN },
    Service {
        name: "ok",
        aliases: &["odnoklassniki"],
        hosts: &["ok.ru"],
        pages: &["profile/*", "*"],
        ..PLAIN
    },
    Service { name: "onlyfans", hosts: &["onlyfans.com"], ..PLAIN },
    Service { name: "paypal", aliases: &["paypalme"], hosts: &["paypal.me"], signs: "", most: 20, ..PLAIN },
    Service {
        name: "pinterest",
        hosts: &["pinterest.com", "pinterest.fr", "pinterest.co.uk"],
        signs: "_",
        ..PLAIN
    },
    Service { name: "playstation", aliases: &["psn"], signs: "-_", most: 16, ..PLAIN },
    Service {
        name: "reddit",
        hosts: &["reddit.com", "old.reddit.com"],
        pages: &["user/*", "u/*"],
        signs: "_-",
        most: 20,
        ..PLAIN
    },
    Service {
        name: "roblox",
        hosts: &["roblox.com"],
        pages: &["users/*>id/"],
        prefixes: &["id/"],
        signs: "_",
        most: 20,
        ..PLAIN
    },
    Service { name: "signal", by_phone: true, signs: "_.", most: 36, ..PLAIN },
    Service { name: "skype", signs: "._-,:", ..PLAIN },
    Service {
        name: "snapchat",
        aliases: &["snap", "sc"],
        hosts: &["snapchat.com"],
        pages: &["add/*", "t/add/*", "@*"],
        most: 15,
        ..PLAIN
    },
    Service {
        name: "steam",
        hosts: &["steamcommunity.com"],
        pages: &["id/*", "profiles/*>id/"],
        prefixes: &["id/"],
        signs: "_-",
        ..PLAIN
    },
    Service {
        name: "telegram",
        aliases: &["tg"],
        hosts: &["t.me", "telegram.me", "telegram.dog"],
        pages: &["s/*", "*"],
        signs: "_",
        most: 32,
        by_phone: true,
        ..PLAIN
    },
    Service {
        name: "threads",
        hosts: &["threads.net", "threads.com"],
        pages: &["@*"],
        signs: "._",
        most: 30,
        ..PLAIN
    },
    Service { name: "threema", hosts: &["threema.id"], signs: "*", most: 8, ..PLAIN },
    Service {
        name: "tiktok",
        aliases: &["tt"],
        hosts: &["tiktok.com"],
        pages: &["@*"],
        signs: "._",
        most: 24,
        ..PLAIN
    },
    Service { name: "twitch", hosts: &["twitch.tv"], signs: "_", most: 25, ..PLAIN },
    Service { name: "viber", by_phone: true, ..PLAIN },
    Service {
        name: "vk",
        aliases: &["vkontakte"],
        hosts: &["vk.com", "vkontakte.ru", "vk.ru"],
        signs: "._",
        ..PLAIN
    },
    Service {
        name: "whatsapp",
        aliases: &["wa"],
        hosts: &["wa.me", "api.whatsapp.com", "web.whatsapp.com", "whatsapp.com"],
        pages: &["send?phone=*", "send/?phone=*", "*"],
        by_phone: true,
        ..PLAIN
    },
    Service {
        name: "x",
        aliases: &["twitter"],
        hosts: &["x.com", "twitter.com"],
        signs: "_",
        most: 20,
        ..PLAIN
    },
    Service {
        name: "xbox",
        aliases: &["xboxlive", "gamertag"],
        hosts: &["xboxgamertag.com"],
        pages: &["search/*"],
        signs: "#",
        most: 16,
        drops_spaces: true,
        ..PLAIN
    },
    Service {
        name: "youtube",
        aliases: &["yt"],
        hosts: &["youtube.com"],
        pages: &["@*", "channel/*>channel/", "user/*", "c/*"],
        prefixes: &["channel/"],
        most: 64,
        ..PLAIN
    },
];

/// First parts of paths that are pages of the service itself.
const RESERVED: [&str; 31] = [
    "about",
    "accounts",
    "c",
    "channel",
    "explore",
    "groups",
    "hashtag",
    "help",
    "home",
    "i",
    "in",
    "intent",
    "joinchat",
    "legal",
    "login",
    "marketplace",
    "p",
    "pages",
    "people",
    "photo",
    "privacy",
    "qr",
    "reel",
    "reels",
    "search",
    "settings",
    "share",
    "status",
    "stories",
    "tv",
    "watch",
];

/// The service of that name.
pub(super) fn named(word: &str) -> Option<&'static Service> {
    let plain: String =
        word.trim().to_lowercase().chars().filter(|c| !matches!(c, ' ' | '-' | '_' | '.')).collect();
    SERVICES.iter().find(|known| known.name == plain || known.aliases.contains(&plain.as_str()))
}

/// The service with pages at that host.
pub(super) fn at_host(host: &str) -> Option<&'static Service> {
    let by_name = |host: &str| SERVICES.iter().find(|known| known.hosts.contains(&host));
    let bare = || {
        ["www.", "m.", "mobile.", "web."].iter().find_map(|part| host.strip_prefix(part)).and_then(by_name)
    };
    by_name(host).or_else(bare)
}

/// Is that the address of a page, written without `https://`?
pub(super) fn begins_with_host(lower: &str) -> bool {
    let host = lower.split('/').next().unwrap_or(lower);
    host.len() < lower.len() && at_host(host).is_some()
}

/// The name in a page's path.
pub(super) fn name_in(service: &Service, path: &str) -> Option<String> {
    let path = path.trim_start_matches('/');
    service.pages.iter().find_map(|page| by_pattern(page, path))
}

fn by_pattern(page: &str, path: &str) -> Option<String> {
    let (page, prefix) = page.split_once('>').unwrap_or((page, ""));
    let before = page.strip_suffix('*')?;
    let rest = match before.split_once("_/") {
        Some((first, last)) => {
            path.strip_prefix(first)?.split_once('/').and_then(|(_, rest)| rest.strip_prefix(last))?
        }
        None => path.strip_prefix(before)?,
    };
    let ends: &[char] = if before.starts_with('#') { &['?'] } else { &['/', '?', '#', '&'] };
    let name = rest.split(ends).next().filter(|name| !name.is_empty())?;
    let is_name = !before.is_empty() || !RESERVED.contains(&name.to_ascii_lowercase().as_str());
    (is_name && !name.ends_with(".php")).then(|| format!("{prefix}{name}"))
}
