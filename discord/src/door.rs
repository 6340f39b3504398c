//! What this adapter needs of the shop, so that its tests can do without one.

use bot_core::{
    action::{Action, Actor, GroupChange},
    ids::{CountryId, Platform, ServiceId},
    screen::Reply,
    shop::Shop,
    suggest::{Phrase, Suggestion},
};

/// The shop's door. Each method is that of [`Shop`].
pub(crate) trait Door: Send + Sync + 'static {
    fn handle(&self, actor: &Actor, action: Action) -> impl Future<Output = Reply> + Send;

    fn group_changed(&self, group: &str, change: GroupChange) -> impl Future<Output = ()> + Send;

    fn suggest_services(
        &self,
        language: &str,
        typed: &str,
        most: usize,
    ) -> Vec<Suggestion<ServiceId>>;
    fn suggest_countries(
        &self,
        language: &str,
        service: ServiceId,
        typed: &str,
        most: usize,
    ) -> Vec<Suggestion<CountryId>>;
    fn service_name(&self, id: ServiceId) -> Option<String>;
    fn service_meant(&self, typed: &str) -> Option<ServiceId>;
    fn country_meant(&self, typed: &str) -> Option<CountryId>;

    fn phrase(&self, language: Option<&str>, phrase: Phrase) -> String;
    fn apology(&self, language: Option<&str>) -> String;
    fn too_fast(&self, language: Option<&str>) -> String;
}

impl Door for Shop {
    async fn handle(&self, actor: &Actor, action: Action) -> Reply {
        Shop::handle(self, actor, action).await
    }

    async fn group_changed(&self, group: &str, change: GroupChange) {
        Shop::group_changed(self, &Platform::from(crate::PLATFORM), group, change).await;
    }

    fn suggest_services(
        &self,
        language: &str,
        typed: &str,
        most: usize,
    ) -> Vec<Suggestion<ServiceId>> {
        Shop::suggest_services(self, Some(language), typed, most)
    }

    fn suggest_countries(
        &self,
        language: &str,
        service: ServiceId,
        typed: &str,
        most: usize,
    ) -> Vec<Suggestion<CountryId>> {
        Shop::suggest_countries(self, Some(language), service, typed, most)
    }

    fn service_name(&self, id: ServiceId) -> Option<String> {
        Shop::service_name(self, id)
    }

    fn service_meant(&self, typed: &str) -> Option<ServiceId> {
        Shop::service_meant(self, typed)
    }

    fn country_meant(&self, typed: &str) -> Option<CountryId> {
        Shop::country_meant(self, typed)
    }

    fn phrase(&self, language: Option<&str>, phrase: Phrase) -> String {
        Shop::phrase(self, language, phrase)
    }

    fn apology(&self, language: Option<&str>) -> String {
        Shop::apology(self, language)
    }

    fn too_fast(&self, language: Option<&str>) -> String {
        Shop::too_fast(self, language)
    }
}
