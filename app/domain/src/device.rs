//! With what somebody signed in: the browser and the system by their common names, so that she
//! recognises her own. No version, no model: nothing that tells one machine from another.

/// A browser, by the name its users know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Browser {
    /// Mozilla's.
    Firefox,
    /// Microsoft's.
    Edge,
    /// Opera.
    Opera,
    /// Samsung's, on telephones.
    Samsung,
    /// Google's, and what calls itself so.
    Chrome,
    /// Apple's.
    Safari,
    /// None of these, or no browser.
    #[default]
    Other,
}

/// What the browser runs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum System {
    /// Microsoft's.
    Windows,
    /// Apple's computers; its tablets say the same of themselves.
    MacOs,
    /// Linux and its relatives.
    Linux,
    /// Google's telephones and tablets.
    Android,
    /// Apple's telephones and tablets.
    Ios,
    /// None of these.
    #[default]
    Other,
}

/// All that is kept of a `User-Agent`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// The browser.
    pub browser: Browser,
    /// What it runs on.
    pub system: System,
}

/// Marks in the order in which they are looked for: nearly every browser also claims to be
/// Safari, and many to be Chrome.
const BROWSERS: [(&str, Browser); 12] = [
    ("Edg/", Browser::Edge),
    ("EdgA/", Browser::Edge),
    ("EdgiOS/", Browser::Edge),
    ("OPR/", Browser::Opera),
    ("SamsungBrowser/", Browser::Samsung),
    ("Firefox/", Browser::Firefox),
    ("FxiOS/", Browser::Firefox),
    ("Chrome/", Browser::Chrome),
    ("CriOS/", Browser::Chrome),
    ("Chromium/", Browser::Chrome),
    ("Version/", Browser::Safari),
    ("Safari/", Browser::Safari),
];

/// Android says it is Linux, Apple's telephones that they are like Mac OS X.
const SYSTEMS: [(&str, System); 9] = [
    ("Android", System::Android),
    ("iPhone", System::Ios),
    ("iPad", System::Ios),
    ("iPod", System::Ios),
    ("Windows", System::Windows),
    ("Mac OS X", System::MacOs),
    ("CrOS", System::Linux),
    ("Linux", System::Linux),
    ("X11", System::Linux),
];

impl Device {
    /// Reads a `User-Agent`, whatever it is.
    #[must_use]
    pub fn of_user_agent(text: &str) -> Self {
        let browser = BROWSERS.iter().find(|(mark, _)| text.contains(mark));
        let system = SYSTEMS.iter().find(|(mark, _)| text.contains(mark));
        Self {
            browser: browser.map(|(_, browser)| *browser).unwrap_or_default(),
            system: system.map(|(_, system)| *system).unwrap_or_default(),
        }
    }

    /// The word under which it is stored: `firefox/linux`.
    #[must_use]
    pub fn code(self) -> String {
        format!("{}/{}", self.browser.code(), self.system.code())
    }

    /// The device stored under that word; an unknown one for anything else.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        let (browser, system) = code.split_once('/').unwrap_or_default();
        let browsers = BROWSERS.iter().map(|(_, browser)| *browser);
        let systems = SYSTEMS.iter().map(|(_, system)| *system);
        Self {
            browser: browsers
                .into_iter()
                .find(|one| one.code() == browser)
                .unwrap_or_default(),
            system: systems
                .into_iter()
                .find(|one| one.code() == system)
                .unwrap_or_default(),
        }
    }
}

impl Browser {
    const fn code(self) -> &'static str {
        match self {
            Self::Firefox => "firefox",
            Self::Edge => "edge",
            Self::Opera => "opera",
            Self::Samsung => "samsung",
            Self::Chrome => "chrome",
            Self::Safari => "safari",
            Self::Other => "other",
        }
    }
}

impl System {
    const fn code(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::MacOs => "macos",
            Self::Linux => "linux",
            Self::Android => "android",
            Self::Ios => "ios",
            Self::Other => "other",
        }
    }
}
