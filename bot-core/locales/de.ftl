### Alles, was der Shop sagt, auf Deutsch. Regeln und Variablen: siehe en.ftl.
###
### Ton: freundlich, kurz, konkret, „du“. Geht etwas schief, steht da, was mit dem Geld ist und was als Nächstes hilft.
### Befehle stehen so da, wie sie überall gehen: /orders.


## Values inside other messages

span-hours = { $hours } Std. { $minutes } Min.
span-days = { $days } { $days ->
        [one] Tag
       *[other] Tage
    } { $hours } Std.


## Welcome, menu and help

start-greeting =
    Hallo { $name }, willkommen bei <b>{ $shop }</b>! 👋

    Wähle einen Dienst und ein Land, und du bekommst eine eigene Telefonnummer. Sobald ein SMS-Code kommt, ist er hier. Kein Code, keine Kosten.

    Dein Guthaben: <b>{ $balance }</b>
    Tippe auf einen Knopf oder schreib einfach, was du brauchst, zum Beispiel <code>whatsapp indonesia</code>.
menu-title =
    <b>{ $shop }</b>
    Dein Guthaben: <b>{ $balance }</b>

    Tippe auf einen Knopf oder schreib einfach, was du brauchst, zum Beispiel <code>telegram india</code>.
help-text =
    <b>So geht es</b>
    1. Wähle Dienst und Land. Du siehst den Preis, bevor du bezahlst, und danach kann er nicht steigen.
    2. Benutze die Nummer. Der Code kommt hierher, sobald er da ist.
    3. Kein Code? Dann bekommst du dein Geld zurück, ganz.

    <b>Befehle</b>
    { $commands }

    Du kannst auch einfach schreiben: <code>whatsapp indonesia</code>

button-buy = 📱 Nummer kaufen
button-rent = 🗓 Nummer mieten
button-esims = 📶 eSIM
button-orders = 🧾 Meine Bestellungen
button-balance = 💰 Guthaben
button-help = ❓ Hilfe
button-menu = 🏠 Menü
button-back = ‹ Zurück
button-next = Weiter ›
button-previous = ‹ Vorige

command-start = Hallo sagen und das Menü zeigen
command-buy = Eine Nummer kaufen, zum Beispiel: whatsapp indonesia
command-orders = Deine Bestellungen, mit allen Codes
command-balance = Dein Guthaben und was sich darauf bewegt hat
command-help = So geht es
command-cancel = Deine Nummer zurückgeben
command-link = Deine Konten auf zwei Plattformen zu einem Guthaben verbinden
command-pool = Was deine Gruppe zusammen hat und wer davon ausgegeben hat
command-topup = Jemandem Guthaben geben
command-customer = Einen Kunden ansehen
command-debit = Jemandem Guthaben wieder abziehen
command-creditline = Wie viel jemand dem Shop schulden darf
command-voucher = Gutscheine machen und sehen, wie viele eingelöst sind
command-redeem = Einen Gutschein einlösen
command-deposit = So bezahlst du, und so meldest du, dass du bezahlt hast
command-approve = Gutschreiben, was ein Kunde bezahlt hat
command-resend = Die Codes einer Bestellung noch einmal schicken
command-desk = Wie es um den Shop steht
command-find = Eine Bestellung, eine Nummer oder einen Kunden finden
command-audit = Was Inhaber und Team getan haben
command-staff = Wer diesen Shop führt
command-grant = Jemanden zum Admin oder Support machen
command-revoke = Jemandem die Rolle wieder nehmen
command-prices = Was der Anbieter neben seiner Liste berechnet

command-menu = Das Menü zeigen

name-start = start
name-buy = kaufen
name-orders = bestellungen
name-balance = guthaben
name-help = hilfe
name-cancel = zurückgeben
name-link = verbinden
name-topup = aufladen
name-customer = kunde
name-debit = abziehen
name-creditline = kreditrahmen
name-voucher = gutschein
name-redeem = einlösen
name-deposit = einzahlen
name-approve = gutschreiben
name-desk = überblick
name-find = suchen
name-resend = nochmal-senden
name-audit = protokoll
name-staff = team
name-grant = ernennen
name-revoke = entlassen
name-prices = preise
name-pool = kasse
name-menu = menü

name-service = dienst
name-country = land
name-person = person
name-amount = betrag
name-note = notiz
name-role = rolle
name-order = bestellung
name-wanted = was
name-code = code
name-deposit-number = nummer
name-action = aktion
name-spenders = rolle-darf

option-service = Wofür die Nummer ist, zum Beispiel WhatsApp
option-country = Woher die Nummer sein soll
option-person = Um wen es geht
option-note = Eine Notiz; der Kunde liest sie auch
option-role = admin oder support
option-voucher = new 5 x20 30d, oder end 3
option-code = Der Code des Gutscheins
option-deposit = Die Nummer der Einzahlung
option-order = Die Nummer der Bestellung
option-find = Eine Bestellung, eine Telefonnummer oder @name
option-amount = Wie viel, zum Beispiel 5 oder 2.50
option-link = Der Code von der anderen Plattform; ohne Code bekommst du einen
option-pool = give oder topup; nichts, um die Kasse zu sehen
option-pool-role = Wer ausgeben darf: alle mit dieser Rolle
form-topup = Guthaben aufladen
form-topup-amount = Betrag

unknown-command = Den Befehl /{ $word } gibt es hier nicht. Versuch /help oder schreib einfach, was du brauchst, zum Beispiel <code>whatsapp indonesia</code>.
stale-button = Dieser Knopf ist veraltet. Es wurde nichts abgebucht. Mit /start bekommst du ein frisches Menü.


## Catalogue

services-title =
    <b>Für welchen Dienst brauchst du eine Nummer?</b>
    Tippe auf einen oder schreib seinen Namen.
services-found =
    { $count ->
        [one] <b>Ein Dienst</b> passt zu „{ $query }“.
       *[other] <b>{ $count } Dienste</b> passen zu „{ $query }“.
    }
services-none =
    Nichts hier passt zu „{ $query }“.
    Prüf die Schreibweise oder versuch ein kürzeres Wort. Du kannst auch die ganze Liste durchsehen.
countries-title =
    <b>{ $service }</b>: welches Land?
    Der Preis gilt für eine Nummer, und du bezahlst nur, wenn ein Code kommt.
countries-none =
    <b>{ $service }</b> ist gerade überall ausverkauft. Neue Nummern kommen ständig nach, schau also in ein paar Minuten wieder.

service-gone = Das wird hier nicht mehr verkauft. Es wurde nichts abgebucht. Schau dir an, was es sonst gibt.

rentals-title =
    <b>Für welchen Dienst möchtest du eine Nummer mieten?</b>
    Eine gemietete Nummer gehört tagelang dir allein, mit jeder SMS, die kommt.
rentals-none = Gerade gibt es nichts zu mieten. Einzelne Codes und mehr findest du im Menü.
rental-terms-title = <b>{ $service }</b>: für wie lange?
button-rental-term = { $flag } { $country } · { $days ->
        [one] ein Tag
       *[other] { $days } Tage
    } · { $price }
esims-title =
    <b>eSIM-Datentarife</b>
    Du bekommst einen Code und ein Bild, und dein Telefon ist online.
esims-none = Gerade gibt es keinen Datentarif. Schau dir stattdessen die Nummern an.
button-esim = 📶 { $plan } · { $price }

button-all-services = Alle Dienste
button-sort-price = Günstigste zuerst
button-sort-stock = Meiste Nummern zuerst
button-service = { $service } · ab { $price }
button-service-empty = { $service } · ausverkauft
button-country = { $flag } { $country } · { $price } · { $stock }
button-country-any-stock = { $flag } { $country } · { $price }
button-country-empty = { $flag } { $country } · ausverkauft

catalog-loading = Ich hole gerade die Liste der Nummern. Gib mir ein paar Sekunden und versuch es noch einmal.
catalog-unavailable =
    Ich sehe gerade nicht, was auf Lager ist, weil der Anbieter nicht antwortet. Es wurde nichts abgebucht, dein Guthaben ist sicher.
    Bitte versuch es in ein paar Minuten wieder.


## The price, before paying

quote-title =
    <b>{ $service }</b> · { $flag } { $country }

    Preis: <b>{ $price }</b>
    Dein Guthaben: { $balance }, danach { $after }

    Der Preis gilt für dich { $seconds ->
        [one] eine Sekunde
       *[other] { $seconds } Sekunden
    } lang. Kein Code, keine Kosten.
quote-several =
    <b>{ $quantity } × { $service }</b> · { $flag } { $country }

    Preis: <b>{ $price }</b> (je { $each })
    Dein Guthaben: { $balance }, danach { $after }

    Der Preis gilt für dich { $seconds ->
        [one] eine Sekunde
       *[other] { $seconds } Sekunden
    } lang. Jede Nummer kostet nur mit ihrem eigenen Code: kein Code, keine Kosten.
quote-rental =
    <b>{ $service }</b> · { $flag } { $country } · { $days ->
        [one] ein Tag
       *[other] { $days } Tage
    }

    Preis: <b>{ $price }</b>
    Dein Guthaben: { $balance }, danach { $after }

    Die Nummer gehört für diese Zeit dir allein, mit jeder SMS, die kommt. Du bezahlst, wenn du die Nummer bekommst.
    Der Preis gilt für dich { $seconds ->
        [one] eine Sekunde
       *[other] { $seconds } Sekunden
    } lang.
quote-esim =
    <b>{ $service }</b>

    Preis: <b>{ $price }</b>
    Dein Guthaben: { $balance }, danach { $after }

    Du bekommst einen Aktivierungscode und ein Bild zum Scannen. Ein Tarif, den du bekommen hast, kann nicht zurückgegeben werden.
    Der Preis gilt für dich { $seconds ->
        [one] eine Sekunde
       *[other] { $seconds } Sekunden
    } lang.
quote-renewal =
    <b>{ $phone } behalten</b>, für { $service }, noch { $days ->
        [one] einen Tag
       *[other] { $days } Tage
    }

    Preis: <b>{ $price }</b>
    Dein Guthaben: { $balance }, danach { $after }

    Der Preis gilt für dich { $seconds ->
        [one] eine Sekunde
       *[other] { $seconds } Sekunden
    } lang.
quote-pool = Wer bezahlt? In der Kasse von <b>{ $group }</b> sind <b>{ $balance }</b>.
button-pay-pool = 👥 { $price } aus der Kasse
button-pay-myself = { $price } selbst bezahlen
quote-operator = Netz: <b>{ $operator }</b>
quote-best-delivery = Aus der Liste der Nummern, die am besten ankommen
quote-mobile-carrier = Nur echte Mobilfunknetze
quote-area-code = Vorwahl: <b>{ $area }</b>
button-options = ⚙️ Mehr Auswahl
options-title =
    <b>{ $service }</b> · { $flag } { $country }
    Wähle, und du siehst den Preis, bevor du bezahlst.
    Du kannst auch schreiben, wie viele du möchtest, zum Beispiel <code>{ $service } { $country } 3</code>.
button-choice-any = { $mark }Irgendeine Nummer · { $price }
button-choice-operator = { $mark }{ $operator } · { $price }
button-choice-best-delivery = { $mark }Kommt am besten an · { $price }
button-choice-mobile-carrier = { $mark }Nur echte Netze · { $price }
button-quantity = × { $quantity }
button-area-code = ☎️ { $area }
button-pay = ✅ { $price } bezahlen
quote-poor =
    <b>{ $service }</b> · { $flag } { $country } kostet <b>{ $price }</b>, und du hast { $balance }. Dir fehlen <b>{ $missing }</b>.

    Es wurde nichts abgebucht. Bitte { $owners }, dein Guthaben aufzuladen, und komm dann wieder.
quote-poor-alone =
    <b>{ $service }</b> · { $flag } { $country } kostet <b>{ $price }</b>, und du hast { $balance }. Dir fehlen <b>{ $missing }</b>.

    Es wurde nichts abgebucht. Bitte den Inhaber dieses Shops, dein Guthaben aufzuladen, und komm dann wieder.
quote-expired =
    Dieser Preis galt nur kurze Zeit, und die ist vorbei. Es wurde nichts abgebucht.
    Schau dir den Preis von jetzt an.
button-fresh-price = Den Preis von jetzt ansehen
quote-gone =
    { $flag } { $country } hat gerade keine Nummern mehr für <b>{ $service }</b>. Es wurde nichts abgebucht.
    Nimm ein anderes Land oder schau in ein paar Minuten wieder.
quote-late =
    ⏳ Gerade ist viel los: Dein Code kann bis zu { $seconds ->
        [one] eine Sekunde
       *[other] { $seconds } Sekunden
    } später hier sein, als er kam.
quote-busy =
    ⏳ Gerade ist sehr viel los: Es warten so viele Nummern auf ihre Codes, dass deiner zu spät käme. Darum wurde nichts gekauft und nichts abgebucht.
    Schau bitte in ein paar Minuten wieder.
provider-down = Unser Anbieter antwortet gerade nicht, also wurde nichts gekauft und nichts abgebucht. Bitte versuch es in einer Minute noch einmal.
quote-taken = Das hast du schon gekauft. Du bezahlst einmal; die Nummer steht in /orders.


## An order: one message, edited in place

back-on-balance = auf deinem Guthaben
back-in-pool = in der Kasse, die bezahlt hat
order-placing =
    ⏳ <b>{ $service }</b>{ $item ->
        [esim] {""}
       *[other] {" "}· { $flag } { $country }
    }
    { $item ->
        [renewal] Deine Nummer wird verlängert …
        [esim] Deine eSIM wird geholt …
       *[other] Deine Nummer wird geholt …
    }

    { $price } sind reserviert. { $item ->
        [activation] Kommt kein Code, bekommst du sie zurück.
       *[other] Klappt es nicht, bekommst du sie zurück.
    }
    <i>Bestellung #{ $order }</i>
order-in-doubt =
    ⏳ <b>{ $service }</b>{ $item ->
        [esim] {""}
       *[other] {" "}· { $flag } { $country }
    }
    Der Anbieter hat nicht klar geantwortet, deshalb prüfe ich, ob { $item ->
        [renewal] deine Nummer weiterläuft.
        [esim] er dir eine eSIM gegeben hat.
       *[other] er dir eine Nummer gegeben hat.
    }

    Deine { $price } sind reserviert, nicht ausgegeben. Du musst nichts tun: Ich ändere diese Nachricht, und du bekommst entweder { $item ->
        [renewal] die Zeit
        [esim] die eSIM
       *[other] eine Nummer
    } oder dein Geld zurück.
    <i>Bestellung #{ $order }</i>
order-needs-operator =
    🔎 <b>{ $service }</b>{ $item ->
        [esim] {""}
       *[other] {" "}· { $flag } { $country }
    }
    Ich konnte nicht herausfinden, was aus dieser Bestellung wurde. Jemand vom Shop weiß Bescheid und sieht nach.

    Deine { $price } sind reserviert, nicht ausgegeben. Du hörst hier von uns.
    <i>Bestellung #{ $order }</i>
order-waiting =
    📲 <b>{ $service }</b> · { $flag } { $country }
    Deine Nummer: <code>{ $phone }</code>

    Gib sie bei { $service } ein und fordere die SMS an. Der Code kommt von selbst hierher.
    Restzeit: <b>{ $left }</b>
    <i>Bestellung #{ $order } · { $price }, nur wenn ein Code kommt</i>
order-cancelling =
    ↩️ <b>{ $service }</b> · { $flag } { $country }
    Nummer: <code>{ $phone }</code>

    Ich gebe sie zurück … Sobald der Anbieter das bestätigt, sind deine { $price } wieder da. Kommt doch noch ein Code, bekommst du ihn.
    <i>Bestellung #{ $order }</i>
order-cancelling-price =
    ↩️ <b>{ $service }</b> · { $flag } { $country }
    Der Anbieter wollte mehr als den Preis, den du gesehen hast, also geht die Nummer zurück. Es kostet dich nichts: Sobald der Anbieter das bestätigt, sind deine { $price } wieder da.

    Nummer: <code>{ $phone }</code>
    Kommt vorher doch noch ein Code, bekommst du ihn zu dem Preis, den du gesehen hast.
    <i>Bestellung #{ $order }</i>
order-code =
    ✅ <b>{ $service }</b> · { $flag } { $country }
    Nummer: <code>{ $phone }</code>
    Code: <code>{ $code }</code>

    <i>Bestellung #{ $order } · { $price } bezahlt</i>
order-text =
    ✅ <b>{ $service }</b> · { $flag } { $country }
    Nummer: <code>{ $phone }</code>
    SMS: <code>{ $text }</code>

    <i>Bestellung #{ $order } · { $price } bezahlt</i>
order-finished =
    ☑️ <b>{ $service }</b> · { $flag } { $country }
    Nummer: <code>{ $phone }</code>
    Code: <code>{ $code }</code>

    Fertig, diese Nummer ist geschlossen.
    <i>Bestellung #{ $order } · { $price } bezahlt</i>
order-finished-text =
    ☑️ <b>{ $service }</b> · { $flag } { $country }
    Nummer: <code>{ $phone }</code>
    SMS: <code>{ $text }</code>

    Fertig, diese Nummer ist geschlossen.
    <i>Bestellung #{ $order } · { $price } bezahlt</i>
order-cancelled =
    ↩️ <b>{ $service }</b> · { $flag } { $country }
    Du hast diese Nummer zurückgegeben, und deine <b>{ $price }</b> sind wieder { $back }.
    <i>Bestellung #{ $order }</i>
order-cancelled-price =
    ↩️ <b>{ $service }</b> · { $flag } { $country }
    Der Anbieter wollte mehr als den Preis, den du gesehen hast, also habe ich die Nummer zurückgegeben. Es kostet dich nichts: Deine <b>{ $price }</b> sind wieder { $back }.
    Schau dir den neuen Preis an oder nimm ein anderes Land.
    <i>Bestellung #{ $order }</i>
order-expired =
    ⌛ <b>{ $service }</b> · { $flag } { $country }
    Es kam rechtzeitig keine SMS. Deine <b>{ $price }</b> sind wieder { $back }.
    Mit einer anderen Nummer oder einem anderen Land klappt es oft besser.
    <i>Bestellung #{ $order }</i>
order-banned =
    🚫 <b>{ $service }</b> · { $flag } { $country }
    Diese Nummer war unbrauchbar. Deine <b>{ $price }</b> sind wieder { $back }.
    Bitte versuch eine andere Nummer.
    <i>Bestellung #{ $order }</i>

order-active =
    🟢 <b>{ $service }</b> · { $flag } { $country } · gemietet
    Deine Nummer: <code>{ $phone }</code>
    Restzeit: <b>{ $left }</b>

    Jede SMS an diese Nummer kommt von selbst hierher.
    <i>Bestellung #{ $order } · { $price } bezahlt</i>
order-ended =
    ☑️ <b>{ $service }</b> · { $flag } { $country } · gemietet
    Nummer: <code>{ $phone }</code>

    Die Zeit ist um, diese Nummer ist geschlossen.
    <i>Bestellung #{ $order } · { $price } bezahlt</i>
order-message-code = ✉️ <code>{ $code }</code> · { $text }
order-message = ✉️ { $text }
order-esim =
    ✅ <b>{ $service }</b>
    Aktivierungscode: <code>{ $activation }</code>

    Scanne das Bild mit dem Telefon oder gib den Code in dessen Einstellungen unter eSIM ein.
    <i>Bestellung #{ $order } · { $price } bezahlt</i>
order-undone =
    ↩️ <b>{ $service }</b>: Die Miete, die du damit verlängert hast, wurde zurückgegeben, und deine <b>{ $price }</b> sind wieder { $back }.
    <i>Bestellung #{ $order }</i>
order-renewed =
    ✅ <b>{ $service }</b>: Die Nummer gehört dir bis { $until }.
    <i>Bestellung #{ $order } · { $price } bezahlt</i>

order-refused-renewal =
    <b>{ $service }</b> · { $flag } { $country }
    Deine Nummer konnte nicht verlängert werden. Deine <b>{ $price }</b> sind wieder { $back }.
    Sie gehört dir, bis ihre Zeit um ist, und bis dahin kannst du es noch einmal versuchen.
    <i>Bestellung #{ $order }</i>
order-refused-esim =
    <b>{ $service }</b>
    Dieser Datentarif konnte nicht gekauft werden. Deine <b>{ $price }</b> sind wieder { $back }.
    Bitte schau dir die Tarife und ihre Preise noch einmal an.
    <i>Bestellung #{ $order }</i>
order-refused-no-numbers =
    <b>{ $service }</b> · { $flag } { $country }
    Die letzte Nummer ging kurz vor dir weg. Deine <b>{ $price }</b> sind wieder { $back }.
    Versuch es gleich noch einmal oder nimm ein anderes Land.
    <i>Bestellung #{ $order }</i>
order-refused-price-moved =
    <b>{ $service }</b> · { $flag } { $country }
    Der Preis ist beim Kaufen gestiegen, also habe ich nicht gekauft. Deine <b>{ $price }</b> sind wieder { $back }.
    Schau dir den neuen Preis an.
    <i>Bestellung #{ $order }</i>
order-refused-provider-funds =
    <b>{ $service }</b> · { $flag } { $country }
    Der Shop kann im Moment keine Nummern kaufen. Deine <b>{ $price }</b> sind wieder { $back }, und der Inhaber weiß Bescheid.
    Bitte versuch es später noch einmal.
    <i>Bestellung #{ $order }</i>
order-refused-offer-gone =
    <b>{ $service }</b> · { $flag } { $country }
    Diese Nummer wird nicht mehr verkauft. Deine <b>{ $price }</b> sind wieder { $back }.
    Bitte nimm ein anderes Land.
    <i>Bestellung #{ $order }</i>
order-refused-busy =
    <b>{ $service }</b> · { $flag } { $country }
    Der Anbieter hat gerade zu viel zu tun, also wurde nichts gekauft. Deine <b>{ $price }</b> sind wieder { $back }.
    Bitte versuch es in einer Minute noch einmal.
    <i>Bestellung #{ $order }</i>
order-refused-key =
    <b>{ $service }</b> · { $flag } { $country }
    Der Shop kommt nicht an sein Konto beim Anbieter. Deine <b>{ $price }</b> sind wieder { $back }, und der Inhaber weiß Bescheid.
    Bitte versuch es später noch einmal.
    <i>Bestellung #{ $order }</i>
order-refused-invalid =
    <b>{ $service }</b> · { $flag } { $country }
    Der Anbieter hat diese Bestellung nicht angenommen. Deine <b>{ $price }</b> sind wieder { $back }.
    Bitte nimm ein anderes Land oder einen anderen Dienst.
    <i>Bestellung #{ $order }</i>
order-refused-not-placed =
    <b>{ $service }</b> · { $flag } { $country }
    Ich habe nachgesehen: Der Anbieter hat keine Nummer vergeben. Deine <b>{ $price }</b> sind wieder { $back }.
    Du kannst es jetzt noch einmal versuchen.
    <i>Bestellung #{ $order }</i>
order-refused-operator =
    <b>{ $service }</b> · { $flag } { $country }
    Der Shop hat diese Bestellung geprüft und beendet. Deine <b>{ $price }</b> sind wieder { $back }.
    Du kannst es jetzt noch einmal versuchen.
    <i>Bestellung #{ $order }</i>

order-earlier = Früher: { $codes }

sms-code =
    🔔 Code von <b>{ $service }</b>: <code>{ $code }</code>
    für { $phone }
sms-text =
    🔔 SMS von <b>{ $service }</b>:
    { $text }

esim-here =
    📶 <b>{ $plan }</b>
    Aktivierungscode: <code>{ $activation }</code>
    Scanne dieses Bild mit dem Telefon, das den Tarif nutzen soll.
rental-ends =
    ⏰ Deine Nummer { $phone } für <b>{ $service }</b> endet in { $left }. Verlängere sie, um sie zu behalten.
rental-ends-for-good =
    ⏰ Deine Nummer { $phone } für <b>{ $service }</b> endet in { $left }. Sie lässt sich nicht verlängern, also zieh rechtzeitig auf eine andere um.

button-copy-number = 📋 { $phone }
button-copy-activation = 📋 Aktivierungscode
button-qr-code = 🔳 Bild
button-renew = 🔁 Verlängern
button-check = 🔄 Jetzt nachsehen
button-rental = 📱 Die Nummer
button-copy-code = 📋 { $code }
button-cancel = Zurückgeben
button-cancel-in = Zurückgeben in { $left }
button-another = Noch eine SMS
button-done = ✅ Fertig
button-again = 🔁 Noch eine Nummer
button-order = #{ $order } { $flag } { $service } · { $state ->
        [placing] Nummer wird geholt
        [in_doubt] wird geprüft
        [needs_operator] wird angesehen
        [refused] Geld zurück
        [waiting] wartet auf SMS
        [cancelling] geht zurück
        [code_received] Code ist da
        [finished] fertig
        [cancelled] zurückgegeben
        [expired] keine SMS, Geld zurück
        [banned] unbrauchbar, Geld zurück
        [active] gemietet
        [ended] Miete vorbei
        [fulfilled] fertig
        [undone] zurückgegeben, Geld zurück
       *[other] offen
    }

cancel-too-early = Der Anbieter nimmt diese Nummer frühestens in { $left } zurück. Dein Geld ist sicher; kommt kein Code, bekommst du es zurück.
cancel-not-yet = Noch gibt es keine Nummer zum Zurückgeben. Dein Geld ist reserviert, nicht ausgegeben; du bekommst eine Nummer oder dein Geld zurück.
cancel-has-code = Der Code ist schon da, also geht die Nummer nicht mehr zurück. Du findest den Code in /orders.
cancel-asked = Die Nummer geht zurück. Dein Geld ist wieder da, sobald der Anbieter das bestätigt.
cancel-impossible = Diese Nummer geht nicht vorzeitig zurück. Kommt bis zum Ende ihrer Zeit keine SMS, bekommst du dein Geld zurück.
cancel-nothing-open = Du hast keine offene Nummer, also gibt es nichts zurückzugeben. Dein Geld ist ganz auf deinem Guthaben.
cancel-which = Welche Nummer möchtest du zurückgeben?
another-asked = Noch eine SMS ist angefordert. Sie kommt von selbst hierher und kostet nichts extra.
another-failed = Der Anbieter hat nicht geantwortet. Es wurde nichts abgebucht. Bitte versuch es gleich noch einmal.
another-unsupported = Diese Nummer bekommt nur eine SMS. Es wurde nichts abgebucht; kauf eine neue, wenn du noch einen Code brauchst.
check-news = Es ist etwas Neues gekommen. Es steht jetzt hier.
check-nothing = Noch keine neue SMS. Sie kommt von selbst hierher.
renew-over = Diese Miete ist vorbei. Es wurde nichts abgebucht.
renew-impossible = Diese Nummer lässt sich nicht verlängern. Es wurde nichts abgebucht.
renew-under-way = Die Verlängerung dieser Nummer wird schon bezahlt. Du bezahlst einmal.
renew-gone = <b>{ $service }</b> · { $flag } { $country } lässt sich gerade nicht verlängern. Es wurde nichts abgebucht. Bitte versuch es später noch einmal.
rental-given-back = Zurückgegeben. Dein Geld ist wieder { $back }.
rental-not-taken-back = Der Anbieter nimmt diese Nummer nicht mehr zurück. Sie gehört dir, bis ihre Zeit um ist.
rental-unclear = Der Anbieter hat nicht klar geantwortet. Wurde die Nummer zurückgenommen, kommt dein Geld gleich von selbst zurück.
qr-code-sent = Hier kommt das Bild.
done-thanks = Danke! Die Nummer ist geschlossen.

orders-title = <b>Deine Bestellungen</b>, offene und neueste zuerst
orders-empty = Du hast noch nichts gekauft. Bis zu deiner ersten Nummer sind es zweimal Tippen.
order-not-found = Diese Bestellung finde ich nicht. In /orders stehen alle deine.
order-closed = Diese Bestellung ist vorbei: { $state ->
        [refused] Es wurde nichts gekauft, und das Geld ist wieder { $back }
        [finished] Der Code kam und steht in /orders
        [cancelled] Die Nummer wurde zurückgegeben, und das Geld ist wieder { $back }
        [expired] Es kam keine SMS, und das Geld ist wieder { $back }
        [banned] Die Nummer war unbrauchbar, und das Geld ist wieder { $back }
        [ended] Ihre Zeit ist um, und ihre Nachrichten stehen in /orders
        [fulfilled] Du hast sie bekommen, und sie steht in /orders
       *[other] Sieh in /orders nach
    }.


## Balance

balance-title =
    Dein Guthaben: <b>{ $balance }</b>
    Für offene Bestellungen reserviert: { $held }
balance-line = Kreditrahmen: Du darfst bis zu { $line } schulden
balance-empty = Auf deinem Guthaben hat sich noch nichts bewegt. Bitte den Inhaber dieses Shops, es aufzuladen, und leg los.
balance-movement = { $sign }{ $amount } · { $what } · { $when }

movement-topup = Aufladung
movement-hold = { $service }, Bestellung #{ $order }
movement-release = Geld zurück, Bestellung #{ $order }
movement-capture = Bezahlt, Bestellung #{ $order }
movement-voucher = Gutschein
movement-debit = Vom Shop abgezogen
movement-refund = Zurückgezahlt, Bestellung #{ $order }
movement-gift = In die Kasse einer Gruppe gegeben
movement-return = Zurück aus der Kasse einer Gruppe
movement-merge = Zwei Kassen wurden eine


## Top-up, for admins only

topup-usage =
    Schreib, wem und wie viel: <code>/topup @anna 5</code> oder <code>/topup 123456789 2.50</code>
    Du kannst auch mit <code>/topup 5</code> auf eine Nachricht der Person antworten. Was nach dem Betrag kommt, ist eine Notiz. Nichts bewegt sich, bevor du bestätigst.
topup-bad-amount-not-a-number = „{ $typed }“ ist kein Betrag. Es wurde nichts bewegt. Schreib Ziffern mit Punkt, zum Beispiel <code>5</code> oder <code>2.50</code>.
topup-bad-amount-not-positive = Der Betrag muss über null liegen. Es wurde nichts bewegt. Schreib ihn so: <code>5</code> oder <code>2.50</code>.
topup-bad-amount-too-precise = „{ $typed }“ hat mehr als vier Stellen nach dem Punkt. Es wurde nichts bewegt. Schreib es so: <code>5</code> oder <code>2.50</code>.
topup-bad-amount-too-large = „{ $typed }“ ist mehr, als eine Aufladung haben darf ({ $largest }). Es wurde nichts bewegt. Prüf den Betrag oder teil ihn auf.
topup-unknown-person = „{ $who }“ kenne ich nicht. Es wurde nichts bewegt. Lass die Person mir einmal /start schicken und versuch es dann noch einmal.
topup-confirm =
    <b>{ $amount }</b> auf das Guthaben von <b>{ $name }</b> buchen?
    Jetzt sind es { $balance }, danach <b>{ $after }</b>.
button-confirm = ✅ Ja, buchen
button-drop = Nein
topup-done = ✅ <b>{ $amount }</b> gebucht. <b>{ $name }</b> hat jetzt { $balance }.
topup-dropped = Gut, es wurde nichts bewegt.
topup-already = Diese Aufladung ist schon erledigt. Es wurde nichts ein zweites Mal bewegt.
topup-received =
    💰 Du hast <b>{ $amount }</b> Guthaben bekommen. Jetzt hast du <b>{ $balance }</b>.
    Wofür brauchst du eine Nummer? Tippe unten oder schreib es einfach.


topup-note = Notiz: { $note }
topup-over-limit = Ein Admin darf am Tag { $limit } buchen, und du hast noch { $left }. Es wurde nichts bewegt. Frag einen Inhaber oder warte.

debit-usage =
    Schreib, wem und wie viel: <code>/debit @anna 5</code> oder <code>/debit 123456789 2.50</code>
    Du kannst auch mit <code>/debit 5</code> auf eine Nachricht der Person antworten. Was nach dem Betrag kommt, ist eine Notiz. Nichts bewegt sich, bevor du bestätigst.
debit-confirm =
    <b>{ $amount }</b> vom Guthaben von <b>{ $name }</b> abziehen?
    Jetzt sind es { $balance }, danach <b>{ $after }</b>.
button-confirm-debit = ✅ Ja, abziehen
debit-poor = <b>{ $name }</b> hat nur { $balance }, also kann ich { $amount } nicht abziehen. Es wurde nichts bewegt.
debit-gone = So viel ist nicht mehr da. Es wurde nichts bewegt. Zieh mit /debit weniger ab.
debit-done = ✅ <b>{ $amount }</b> abgezogen. <b>{ $name }</b> hat jetzt { $balance }.
debit-received = Der Shop hat <b>{ $amount }</b> von deinem Guthaben abgezogen. Jetzt hast du <b>{ $balance }</b>. Weißt du nicht, warum, frag den Inhaber dieses Shops.

second-awaited = <b>{ $amount }</b> für <b>{ $name }</b> braucht die Zustimmung einer zweiten Person. Ich habe die anderen gefragt; es bleiben { $balance }, bis jemand zustimmt.
second-topup =
    <b>{ $asker }</b> möchte <b>{ $amount }</b> auf das Guthaben von <b>{ $name }</b> buchen; jetzt sind es { $balance }.
    Nichts bewegt sich, wenn du nicht zustimmst.
second-debit =
    <b>{ $asker }</b> möchte <b>{ $amount }</b> vom Guthaben von <b>{ $name }</b> abziehen; jetzt sind es { $balance }.
    Nichts bewegt sich, wenn du nicht zustimmst.
button-agree = ✅ Ich stimme zu
button-decline = Ablehnen
second-agreed = ✅ Jemand hat zugestimmt: <b>{ $amount }</b> für <b>{ $name }</b> ist erledigt.
second-declined = <b>{ $amount }</b> für <b>{ $name }</b> wurde abgelehnt. Es wurde nichts bewegt.
second-not-yourself = Du hast selbst gefragt, also muss jemand anderes zustimmen. Noch wurde nichts bewegt.
second-nobody = Das braucht die Zustimmung einer zweiten Person, und niemand sonst darf sie geben. Es wurde nichts bewegt. Bitte einen Inhaber, mir einmal zu schreiben.
second-asker-gone = Wer das wollte, darf es nicht mehr. Es wurde nichts bewegt.

line-usage = Schreib, wer wie viel schulden darf: <code>/creditline @anna 20</code>, und <code>/creditline @anna 0</code>, um es zu beenden.
line-set = <b>{ $name }</b> darf jetzt bis zu <b>{ $line }</b> schulden und hat { $balance }.
line-owes-more = <b>{ $name }</b> hat { $balance }, schuldet also mehr als { $line }. Es wurde nichts geändert.


## Vouchers

voucher-usage =
    Codes machen: <code>/voucher new 5 x20 30d</code>, zwanzig Codes zu je 5, die 30 Tage gelten, jeder für eine Person.
    Ein Code für viele: <code>/voucher new 5 x20 each</code>, für zwanzig Personen, jede einmal.
    Vorzeitig beenden: <code>/voucher end 3</code>. Höchstens 50 Codes auf einmal.
voucher-made =
    🎟 { $codes ->
        [one] <b>Ein Gutschein über { $amount }</b>, für eine Person
       *[other] <b>{ $codes } Gutscheine über { $amount }</b>, jeder für eine Person
    }, bis { $until } (Satz #{ $id })
    Nur du siehst sie, und nur jetzt: Heb sie auf. Eingelöst werden sie mit <code>/redeem</code> und dem Code.
voucher-shared =
    🎟 <b>Ein Gutschein über { $amount }</b> für { $uses } Personen, jede einmal, bis { $until } (Satz #{ $id })
    Nur du siehst ihn, und nur jetzt: Heb ihn auf. Eingelöst wird er mit <code>/redeem</code> und dem Code.
voucher-line = #{ $id }: { $codes } × { $amount }, Personen je Code: { $uses }, eingelöst: { $redeemed }, bis { $until }
voucher-too-much = Gutscheine über { $amount } sind mehr, als du allein ausgeben darfst. Es wurde nichts gemacht. Frag einen Inhaber.
voucher-ended = Satz #{ $id } ist vorbei: Niemand kann seine Codes mehr einlösen.
voucher-unknown = Einen Satz #{ $id }, der sich beenden ließe, gibt es nicht.
redeem-usage = Schreib den Code dahinter: <code>/redeem ABCD-EFGH-JKMN-PQRS</code>
redeem-done = 🎟 Du hast <b>{ $amount }</b> Guthaben bekommen. Jetzt hast du <b>{ $balance }</b>.
redeem-wrong = „{ $typed }“ ist kein Gutscheincode. Es wurde nichts bewegt. Prüf jeden Buchstaben und versuch es noch einmal.
redeem-expired = Die Zeit dieses Gutscheins ist um. Es wurde nichts bewegt. Frag, wer ihn dir gegeben hat.
redeem-yours = Diesen Gutschein hast du schon eingelöst, und das Geld ist auf deinem Guthaben: { $balance }.
redeem-used-up = Jemand anderes hat diesen Gutschein eingelöst. Es wurde nichts bewegt. Frag, wer ihn dir gegeben hat.
redeem-too-often = Zu viele falsche Codes. Versuch es in { $left } wieder; dein Guthaben ist unverändert.


## Deposits: money that a shop takes by hand

deposit-how = Wenn du bezahlt hast, schreib, wie viel und woran wir es erkennen: <code>/deposit 20 von Anna</code>
deposit-none = Ich kenne bei diesem Shop keinen Weg zu bezahlen. Bitte { $owners }, dein Guthaben aufzuladen.
deposit-none-alone = Ich kenne bei diesem Shop keinen Weg zu bezahlen. Bitte seinen Inhaber, dein Guthaben aufzuladen.
deposit-asked = Danke! Ich habe dem Shop gesagt, dass du { $amount } bezahlt hast (#{ $id }). Du hörst von mir, sobald jemand nachgesehen hat.
deposit-too-many = Du hast schon drei offene Meldungen. Jemand sieht sie sich an; nichts geht verloren.
deposit-note = Einzahlung #{ $id }
deposit-card =
    💵 <b>{ $name }</b> hat nach eigener Angabe <b>{ $amount }</b> bezahlt (Einzahlung #{ $id }). Guthaben jetzt: { $balance }.
    War es ein anderer Betrag: <code>/approve { $id } 18.50</code>
button-approve = ✅ { $amount } buchen
approve-usage = Schreib, welche Einzahlung und wie viel bezahlt wurde: <code>/approve 12 18.50</code>
deposit-declined = Abgelehnt. <b>{ $name }</b> weiß Bescheid, und es wurde nichts bewegt.
deposit-settled = Das hat schon jemand entschieden. Es wurde nichts ein zweites Mal bewegt.
deposit-refused = Der Shop hat deine Zahlung von { $amount } (#{ $id }) nicht gefunden, also wurde nichts gebucht. Frag { $owners }, falls du bezahlt hast.
deposit-refused-alone = Der Shop hat deine Zahlung von { $amount } (#{ $id }) nicht gefunden, also wurde nichts gebucht. Frag den Inhaber, falls du bezahlt hast.


## Staff, for owners only. $role: the word that the database keeps

grant-usage = Schreib, wem und welche Rolle: <code>/grant @anna admin</code> oder <code>/grant @anna support</code>. Admins bewegen Geld, Support sieht nach.
grant-done = <b>{ $name }</b> ist jetzt { $role ->
        [admin] Admin: darf aufladen, abziehen und Bestellungen klären.
       *[support] Support: darf Kunden ansehen und Codes noch einmal schicken.
    }
appointed = Du bist jetzt { $role ->
        [admin] Admin
       *[support] Support
    } in diesem Shop. In /help steht, was du tun kannst.
appointed-no-more = Du hast in diesem Shop keine Rolle mehr. Dein Guthaben und deine Bestellungen sind unverändert.
revoke-usage = Schreib, wessen Rolle endet: <code>/revoke @anna</code>
revoke-done = <b>{ $name }</b> hat hier keine Rolle mehr.
staff-title = <b>Wer diesen Shop führt</b>
staff-line = { $name } · { $role }
not-your-right = Das gehört nicht zu deiner Rolle. Es wurde nichts geändert.

log-title = <b>Was Inhaber und Team getan haben</b>, Neuestes zuerst
log-empty = Noch hat niemand etwas getan.
log-line = { $when } · { $actor } ({ $role }) · { $act ->
        [top_up] aufgeladen
        [pool_top_up] Kasse aufgeladen
        [pool_return] Kasse zurückgegeben
        [debit] abgezogen
        [credit_line] Kreditrahmen
        [grant] Rolle gegeben
        [revoke] Rolle genommen
        [refund] Geld zurückgegeben
        [adopt] Bestellung zugeordnet
        [resend] Codes noch einmal geschickt
        [vouchers] Gutscheine gemacht
        [vouchers_end] Gutscheine beendet
        [deposit_declined] Einzahlung abgelehnt
        [unlink] Konten getrennt
       *[other] { $act }
    } · { $subject }: { $before } → { $after }
log-order = Bestellung #{ $order }


## Customers, for admins only

customer-usage = Schreib, wen: <code>/customer @anna</code> oder <code>/customer 123456789</code>, oder antworte mit <code>/customer</code> auf eine Nachricht der Person.
customer-card =
    <b>{ $name }</b> · <code>{ $identity }</code>
    Guthaben: <b>{ $balance }</b>, reserviert: { $held }
    Bestellungen: { $orders }, insgesamt bezahlt: { $spent }

customer-line = Darf bis zu { $line } schulden
customer-role = Rolle: { $role }
resend-usage = Schreib die Nummer der Bestellung: <code>/resend 12</code>
resend-unknown = Eine Bestellung { $order } gibt es nicht. Es wurde nichts geschickt.
resend-nothing = Bestellung #{ $order } hat noch keine SMS, also gibt es nichts noch einmal zu schicken.
resend-done = Bestellung #{ $order }: { $count ->
        [one] Ihre SMS wurde
       *[other] Ihre { $count } SMS wurden
    } dem Käufer noch einmal geschickt.

customer-unreachable = ⚠️ Die Person hat den Shop blockiert, also erreicht sie nichts. Ihre Codes bleiben in /orders.


## Prices at the supplier, for admins only

prices-title =
    <b>Neben der Liste des Anbieters berechnet</b>, in 30 Tagen
    Mehr als in der Liste: { $dearer ->
        [one] eine Bestellung
       *[other] { $dearer } Bestellungen
    }, zusammen { $rise }
    Weniger als in der Liste: { $cheaper ->
        [one] eine Bestellung
       *[other] { $cheaper } Bestellungen
    }, zusammen { $fall }
prices-line = #{ $order } { $service } · { $flag } { $country }: Liste { $listed }, berechnet { $charged }, Kunde { $price } { $outcome ->
        [paid] bezahlt
        [held] reserviert
       *[back] zurückgegeben
    }


## The desk, for admins only

desk-title = <b>Überblick</b>
desk-reseller = Guthaben bei { $provider }: <b>{ $balance }</b>
desk-reseller-unknown = Guthaben bei { $provider }: gerade keine Auskunft
desk-lasts = So wie jetzt reicht das { $unit ->
        [days] { $count } Tage
       *[hours] { $count ->
            [one] eine Stunde
           *[other] { $count } Stunden
        }
    }.
desk-held = Kunden haben { $held } und schulden { $owed }; { $escrow } sind für offene Bestellungen zurückgelegt
desk-open = Offene Bestellungen: { $open } · Nachrichten unterwegs: { $messages }
desk-sales = <b>Letzte 24 Stunden</b>: { $sold } verkauft für { $sales }, { $repaid } später zurückgezahlt, Gewinn <b>{ $profit }</b>
desk-delivery = { $service }: { $delivered } von { $tried } bekamen ihre SMS{ $delivered ->
        [0] { "" }
       *[other] , die Hälfte davon binnen { $seconds } s
    }
desk-down = ⚠️ Der Anbieter antwortet nicht. Bis er es tut, wird nichts Neues verkauft.
desk-unsettled = 🔎 Diese Bestellungen sind nicht geklärt:
button-desk-order = #{ $order }
button-desk-again = 🔄 Noch einmal
find-usage =
    Wen oder was? Zum Beispiel <code>/find 12</code>, <code>/find +6281234567890</code> oder <code>/find @anna</code>.
find-orders = Bestellungen dieser Nummer, neueste zuerst:
find-nothing = Zu „{ $typed }“ finde ich nichts. Gib mir die Nummer einer Bestellung, eine Telefonnummer, @name oder plattform:id.


## An order, for admins only: what is known of it, and how to settle it where nothing else does

doubt-card =
    🔎 <b>Bestellung #{ $order }</b>: { $state ->
        [placing] wird gekauft
        [in_doubt] wird geklärt
        [needs_operator] wartet auf dich
        [waiting] wartet auf ihre SMS
        [cancelling] geht zurück
        [code_received] ihre SMS ist da, weitere können kommen
        [active] eine laufende Miete
        [refused] abgelehnt, das Geld ging zurück
        [cancelled] zurückgegeben, das Geld auch
        [expired] keine SMS kam, das Geld ging zurück
        [banned] die Nummer war unbrauchbar, das Geld ging zurück
        [undone] zurückgenommen, das Geld auch
       *[other] fertig
    }
    { $service } · { $flag } { $country } · { $kind ->
        [rental] Miete, Tage: { $days }
        [renewal] Verlängerung, Tage: { $days }
        [esim] eSIM
       *[activation] ein Code
    }
    Kunde: <b>{ $name }</b> · <code>{ $identity }</code>
    Preis: { $price }, in der Liste { $listed }
    { $provider } · Schlüssel <code>{ $key }</code>
doubt-event = { $when } · { $event ->
        [bought] vom Kunden bezahlt
        [rejected] der Anbieter hat nichts verkauft
        [not_placed] die Unterlagen des Anbieters zeigen nichts
        [sms] eine SMS kam
        [banned] die Nummer ist unbrauchbar
        [cancel_asked] der Kunde gibt sie zurück
        [cancel_declined] der Anbieter lässt sie offen
        [done_asked] vom Kunden geschlossen
        [provider_cancelled] vom Anbieter zurückgenommen
        [provider_expired] beim Anbieter abgelaufen
        [operator_refund] von einem Admin zurückgegeben
        [operator_adopt] von einem Admin gefunden
        [extended] verlängert
        [unclear] die Antwort ging verloren
        [gave_up] aufgegeben
        [accepted] vom Anbieter verkauft
        [overpriced] zu teuer, geht zurück
        [provider_completed] vom Anbieter geschlossen
       *[other] { $event }
    }
doubt-line =
    Beim Anbieter ist es Bestellung <code>{ $id }</code>, Nummer <code>{ $phone }</code>, bis { $until }.
doubt-line-advice = Sieh dort nach. Hat sie dem Kunden nichts gebracht, gib das Geld zurück.
doubt-balance =
    Der Anbieter hat keine Liste der Bestellungen. Vor dem Kauf hattest du dort { $amount }, { $when }.
    Fehlt Geld, das keine Bestellung erklärt, wurde die Nummer verkauft, und niemand kommt an sie heran. Gib dem Kunden das Geld zurück.
doubt-no-records = Die Unterlagen des Anbieters klären das von hier aus nicht. Sieh dort nach und entscheide dann selbst.
doubt-unreadable = Die Unterlagen des Anbieters sind gerade nicht zu lesen. Sieh in einer Minute noch einmal nach.
doubt-nothing = Die Unterlagen des Anbieters zeigen nichts, was diese Bestellung sein könnte.
doubt-found = <b>Das könnte sie sein, nach den Unterlagen des Anbieters:</b>
doubt-record = <code>{ $id }</code> · { $when } · { $status ->
        [active] offen
        [code] Code kam
        [completed] geschlossen
        [cancelled] storniert
        [expired] abgelaufen
       *[banned] gesperrt
    } · { $price } · <code>{ $phone }</code>
button-doubt = 🔎 Nachsehen
button-doubt-again = 🔄 Noch einmal nachsehen
button-adopt = ✅ Das ist sie: { $id }
adopt-done = ✅ Bestellung #{ $order } hat jetzt ihre Nummer, und der Kunde weiß Bescheid.
adopt-gone = Die Unterlagen des Anbieters zeigen sie jetzt nicht, oder ein anderer Kauf hat sie. Es wurde nichts geändert. Sieh noch einmal nach.
adopt-unread = Der Anbieter hat diese Bestellung nicht gezeigt. Es wurde nichts geändert. Versuch es in einer Minute noch einmal.
adopt-empty = Der Anbieter zeigt nicht, was der Kunde davon braucht (eine Nummer oder den Code einer eSIM). Es wurde nichts geändert.
refund-confirm =
    Die Unterlagen des Anbieters zeigen { $count ->
        [one] eine Bestellung, die
       *[other] { $count } Bestellungen, von denen eine
    } #{ $order } sein könnte. Stimmt das, bezahlt der Shop dafür, und der Kunde bekommt das Geld auch noch.
    Sieh erst nach, oder gib das Geld trotzdem zurück.
refund-confirm-open =
    Die Nummer der Bestellung #{ $order } ist noch offen, und ihre Zeit ist nicht um. Gibst du das Geld jetzt zurück, kostet ein Code, der noch kommt, den Kunden nichts.
    Sieh erst nach, oder gib das Geld trotzdem zurück.
button-refund-anyway = ↩️ Trotzdem zurückgeben


## When something is in the way

not-allowed = Das kann nur der Inhaber dieses Shops. Es wurde nichts geändert.
apology = Bei mir ist etwas schiefgegangen. Dein Geld ist sicher, und nichts wurde doppelt abgebucht. Bitte sieh in /orders nach und versuch es dann noch einmal.
too-fast = Bitte eins nach dem anderen. Dein letztes Tippen habe ich nicht ausgeführt; warte kurz und tippe noch einmal. Es wurde nichts dafür abgebucht.
news-awaits = Für dich ist etwas gekommen, und ich kann dir nicht privat schreiben. Sieh in /orders nach.
not-yours = Diese Knöpfe gehören jemand anderem. Mit /menu bekommst du deine eigenen.
sent-in-private = Ich habe dir in unserem privaten Chat geschrieben.
open-private-first = Nummern und Codes gehen nur dich etwas an. Öffne einen privaten Chat mit mir, tippe auf Start und kauf dort. Es wurde nichts abgebucht.


## Notices to the owner. $provider: the supplier's name in the configuration.

operator-notice-provider-down =
    ⚠️ <b>{ $provider }</b> antwortet nicht.
    Das Geld offener Bestellungen bleibt reserviert, und sie werden wieder beobachtet, sobald er zurück ist. Bis dahin kann nichts Neues verkauft werden.
operator-notice-provider-back = ✅ <b>{ $provider }</b> antwortet wieder. Offene Bestellungen werden beobachtet.
operator-notice-key-refused =
    🔑 <b>{ $provider }</b> lehnt den Schlüssel des Shops ab. Es kann nichts gekauft werden, und wer es versucht hat, hat sein Geld zurück.
    Prüf den Schlüssel beim Anbieter, trag den richtigen in die Konfiguration ein und starte den Shop neu.
operator-notice-funds-low =
    🪫 Das Guthaben des Shops bei <b>{ $provider }</b> reicht nicht mehr, um Nummern zu kaufen.
    Lade es dort auf. Bis dahin werden Bestellungen abgelehnt, und diese Kunden bekommen ihr Geld zurück.
operator-notice-funds-short =
    🪫 So wie in den letzten 24 Stunden reicht das Guthaben des Shops bei <b>{ $provider }</b> keinen halben Tag mehr.
    Lade es dort auf, damit niemand abgewiesen wird.
operator-notice-funds-enough = ✅ Das Guthaben des Shops bei <b>{ $provider }</b> reicht wieder länger als einen halben Tag.
operator-notice-few-codes =
    📭 In den letzten zwei Stunden bekam nicht einmal halb so oft eine Nummer von <b>{ $provider }</b> ihre SMS wie in den letzten 24.
    Wer keine bekommt, hat sein Geld zurück. Sieh in /desk nach, welcher Dienst es ist.
operator-notice-codes-come = ✅ Nummern von <b>{ $provider }</b> bekommen ihre SMS wieder so oft wie zuvor.
operator-notice-books-differ =
    🧮 Die Bücher stimmen nicht: Ein Guthaben oder eine Bestellung weicht von dem ab, was die Buchungen sagen.
    Heb eine Kopie der Datenbank auf (<code>numdesk backup</code>) und lass <code>numdesk audit</code> laufen; es nennt jede Abweichung.
button-desk = 📊 Überblick
operator-notice-garbage =
    ⚠️ <b>{ $provider }</b> schickt Antworten, die ich nicht lesen kann (bei { $field }).
    Das Geld betroffener Bestellungen bleibt reserviert. Hält das an, sag es dem Anbieter oder sieh nach einer neuen Version des Shops.
operator-notice-needs-operator =
    🔎 Bestellung #{ $order } braucht dich: Ich kann bei <b>{ $provider }</b> nicht herausfinden, was aus ihr wurde.
    Das Geld des Kunden ist reserviert. Sieh in die Bestellliste des Anbieters. Gab es nie eine Nummer oder hat sie nichts gebracht, gib das Geld zurück.
button-refund = ↩️ Geld zurückgeben
refund-done = ↩️ Bestellung #{ $order }: Der Kunde hat sein Geld zurück und weiß Bescheid.
refund-settled = Diese Bestellung ist geklärt. Für sie ist kein Geld reserviert, und es wurde nichts bewegt.
refund-not-yet = Diese Bestellung wird gerade gekauft. Es wurde nichts bewegt; versuch es in einer Minute noch einmal.
operator-notice-prices-risen =
    📈 Die Preise bei <b>{ $provider }</b> sind seit seiner Liste gestiegen: { $orders ->
        [one] eine Bestellung
       *[other] { $orders } Bestellungen
    } an einem Tag, { $sum } mehr. Siehe /prices.
operator-notice-below-cost =
    📉 Bestellung #{ $order } hat beim Anbieter { $cost } gekostet, mehr als die { $price }, die der Kunde bezahlt.
    Der Kunde bezahlt nicht mehr als das. Wiederholt sich das, erhöhe den Aufschlag.


## One person on two platforms

link-code =
    Dein Code: <code>{ $code }</code>
    Schick diesem Shop <code>/link { $code }</code> von deinem Konto auf der anderen Plattform, innerhalb von { $left }. Dann teilen beide Konten ein Guthaben und alle Bestellungen.
    Gib ihn niemandem, und schick nie einen Code, den dir jemand gegeben hat: Wer mit dir verbunden ist, kann dein Geld ausgeben.
link-confirm =
    Dieses Konto mit <b>{ $name }</b> · <code>{ $identity }</code> verbinden?
    Aus den zwei Guthaben wird eins: Deine <b>{ $balance }</b> kommen hinein, und beide Konten geben davon aus und sehen alle Bestellungen.
    Tu das nur, wenn beide Konten dir gehören: Wer das andere benutzt, kann dein Geld ausgeben. Nur wer diesen Shop führt, kann es rückgängig machen.
link-line-ends = Der Kreditrahmen von <b>{ $line }</b>, den <code>{ $identity }</code> hat, endet damit.
button-link-yes = Ja, verbinden
link-no-code = Das ist kein Code, und es wurde nichts geändert. Ein Code hat acht Buchstaben und Ziffern. Hol dir mit /link einen auf der anderen Plattform und schick ihn dann hierher.
link-wrong =
    Dieser Code ist falsch, benutzt oder zu alt. Es wurde nichts geändert. { $left ->
        [0] Versuch es in einer Stunde wieder.
        [one] Du hast noch einen Versuch.
       *[other] Du hast noch { $left } Versuche.
    } Hol dir mit /link auf der anderen Plattform einen neuen.
link-wait = Zu viele Codes waren falsch, also habe ich nicht nachgesehen und nichts geändert. Versuch es in { $left } wieder.
link-same-place = Dieser Code wurde hier gemacht. Es wurde nichts geändert. Schick ihn von deinem Konto auf der anderen Plattform.
link-same-platform = Eins dieser Konten ist schon mit einem anderen derselben Plattform verbunden. Es wurde nichts geändert. Bitte den Inhaber dieses Shops, das erst zu lösen.
link-staff = Eins dieser Konten hilft, diesen Shop zu führen, und seine Rechte dürfen nicht auf ein anderes übergehen. Es wurde nichts geändert. Bitte den Inhaber dieses Shops, die Rolle zu nehmen, verbinde die Konten, und lass dir die Rolle wieder geben.
link-owes = Eins dieser Konten schuldet diesem Shop Geld, also lassen sie sich jetzt nicht verbinden. Es wurde nichts geändert. Begleich das erst und schick den Code dann noch einmal.
link-already = Diese Konten sind schon verbunden: ein Guthaben, und alle Bestellungen in /orders.
link-public = Andere können den Code hier lesen, also gilt er nicht mehr. Es wurde nichts geändert. Hol dir mit /link einen neuen und schick ihn in unserem privaten Chat.
link-done = ✅ Verbunden. Beide Konten teilen jetzt ein Guthaben: <b>{ $balance }</b>. Alle Bestellungen stehen in /orders; jeder Code kommt weiter dorthin, wo seine Nummer gekauft wurde.
link-told =
    🔗 <b>{ $name }</b> · <code>{ $identity }</code> ist jetzt mit diesem Konto verbunden. Ihr teilt ein Guthaben: <b>{ $balance }</b>.
    Bist du das nicht selbst, sag es sofort dem Inhaber dieses Shops. Er kann es rückgängig machen.
movement-link = Konten verbunden
movement-unlink = Konten getrennt

customer-linked = Verbunden mit <code>{ $identity }</code>, das { $brought } mitbrachte.
button-unlink = 🔗 Verbindung lösen
button-unlink-yes = Ja, lösen
unlink-confirm =
    <b>{ $name }</b> · <code>{ $identity }</code> von diesem Kunden trennen?
    Das Konto brachte { $brought } mit und nimmt <b>{ $returned }</b> wieder mit: was es mitbrachte oder für seine eigenen älteren Bestellungen zurückbekam, so weit noch etwas da ist. Was ausgegeben ist, bleibt ausgegeben.
    Bestellungen von vorher gehen mit. Bestellungen von seitdem bleiben hier; ihre Codes kommen weiter dorthin, wo sie gekauft wurden.
unlink-done = ✅ Getrennt. <b>{ $name }</b> · <code>{ $identity }</code> ist wieder ein eigener Kunde und hat <b>{ $returned }</b> mitgenommen.
unlink-already = Diese Verbindung ist schon gelöst. Es wurde nichts bewegt.
unlink-told = 🔗 Jemand, der diesen Shop führt, hat deine Konten getrennt. { $returned } von dem, was mitgebracht wurde, gingen zurück. Dein Guthaben hier: <b>{ $balance }</b>.


## Kassen: was eine Gruppe zusammen hat

pool-this-group = dieser Gruppe
pool-name = die Kasse von { $group }
pool-usage =
    <code>/pool</code> zeigt, was deine Gruppe zusammen hat.
    <code>/pool give 5</code> gibt von deinem Guthaben hinein.
    Die Administratoren der Gruppe ändern die Regeln mit den Knöpfen unter /pool.
    Das Team des Shops lädt die Kasse mit <code>/pool topup 20</code> auf.
pool-only-in-groups = Eine Kasse gehört einer Gruppe. Nimm mich in deine auf und schick dort /pool.
pool-title =
    👥 <b>Die Kasse von { $group }</b>
    Guthaben: <b>{ $balance }</b>
pool-is-frozen = Diese Kasse ist eingefroren, weil ich nicht in der Gruppe bin. Es wird nichts ausgegeben und nichts abgebucht. Nimm mich wieder auf, dann geht es weiter.
pool-how = Hineingeben: <code>/pool give 5</code>. Ausgeben: <code>/buy whatsapp indonesia</code>, und wählen, wer bezahlt.
pool-spenders-everyone = Ausgeben dürfen: alle in der Gruppe
pool-spenders-listed = Ausgeben dürfen: wer auf der Liste steht
pool-spenders-role = Ausgeben dürfen: wer eine bestimmte Rolle hat
pool-spenders-administrators = Ausgeben dürfen: Administratoren
pool-no-limit = ohne Grenze
pool-cap-order = Eine Bestellung: { $most }
pool-cap-member = Ein Mitglied in 24 Stunden: { $most }
pool-cap-day = Alle zusammen in 24 Stunden: { $most }
pool-cap-approval = Ein Administrator wird gefragt über: { $most }
pool-services-all = Dienste: alle
pool-services-some = Dienste: { $count ->
        [one] nur einer
       *[other] { $count } davon
    }
pool-shows = Nummern und Codes: sieht die Gruppe
pool-hides = Nummern und Codes: nur wer kauft
pool-spent-nothing = Diese Woche hat niemand etwas ausgegeben.
pool-spent = <b>Diese Woche ausgegeben</b>
pool-spent-line = { $colour } { $name }: { $amount } ({ $orders ->
        [one] eine Nummer
       *[other] { $orders } Nummern
    })
button-pool = ‹ Die Kasse
button-pool-rules = ⚙️ Regeln
button-pool-return = ↩️ Rest zurückgeben

pool-rules-title =
    ⚙️ <b>Regeln der Kasse von { $group }</b>

    {""}
button-pool-everyone = Alle
button-pool-administrators = Administratoren
button-pool-listed = Eine Liste…
button-pool-services = Dienste…
button-pool-show = In der Gruppe zeigen
button-pool-hide = Nur wer kauft
pool-cap-title =
    { $rule }
    Was soll gelten?
button-pool-cap = { $amount }
pool-members-title =
    <b>Wer ausgeben darf</b>
    Tippe auf einen Namen, um jemanden auf die Liste zu setzen oder herunterzunehmen. Wer hier fehlt, schickt einmal /pool.
pool-services-any =
    <b>Dienste</b>
    Alles darf gekauft werden. Tippe an, was du willst; dann gilt nur noch das.
pool-services-title =
    <b>Dienste</b>
    Nur was einen Haken hat, darf gekauft werden.
button-pool-ticked = { $mark } { $name }

pool-give-poor = Du hast { $balance } und kannst { $amount } nicht in die Kasse von { $group } geben. Es wurde nichts bewegt.
pool-give-confirm =
    <b>{ $amount }</b> in die Kasse von <b>{ $group }</b> geben?
    Dir bleiben { $after }. Wer aus der Kasse ausgeben darf, kann es dann ausgeben.
button-pool-give = ✅ Ja, hineingeben
pool-given = ✅ Du hast <b>{ $amount }</b> hineingegeben. In der Kasse von <b>{ $group }</b> sind jetzt { $balance }.
pool-give-gone = So viel hast du nicht mehr. Es wurde nichts bewegt.
pool-give-settled = Das ist schon erledigt. Es wurde kein zweites Mal etwas bewegt.
pool-topup-confirm =
    <b>{ $amount }</b> in die Kasse von <b>{ $group }</b> buchen?
    Jetzt sind { $balance } darin, danach <b>{ $after }</b>.

pool-administrators-only = Das können nur Administratoren dieser Gruppe.
pool-standing-unknown = Ich konnte nicht herausfinden, wer du in dieser Gruppe bist. Es ist nichts geschehen und nichts abgebucht. Bitte versuch es noch einmal.
pool-not-a-member = Aus der Kasse geben nur Mitglieder der Gruppe aus. Es wurde nichts abgebucht.
pool-not-a-spender = Du darfst aus dieser Kasse nichts ausgeben; es wurde nichts abgebucht. Das entscheiden die Administratoren der Gruppe unter /pool.
pool-service-not-allowed = Diese Kasse bezahlt diesen Dienst nicht. Es wurde nichts abgebucht. Das entscheiden die Administratoren der Gruppe unter /pool.
pool-over-order = Eine Bestellung aus dieser Kasse darf { $most } kosten. Es wurde nichts abgebucht.
pool-over-member = Du darfst aus dieser Kasse in 24 Stunden { $most } ausgeben und hast noch { $left }. Es wurde nichts abgebucht.
pool-over-day = Die Gruppe darf in 24 Stunden { $most } ausgeben und hat noch { $left }. Es wurde nichts abgebucht.
pool-poor = So viel ist nicht mehr in der Kasse. Es wurde nichts abgebucht. Frag noch einmal nach dem Preis, um selbst zu bezahlen.
pool-request-open = Dafür wurde ein Administrator gefragt. Stimmt einer in zehn Minuten zu, wird gekauft; sonst wird nichts abgebucht.

pool-request-asked = ⏳ Ich habe die Administratoren von <b>{ $group }</b> gefragt. Stimmt einer in zehn Minuten zu, wird die Nummer für { $price } gekauft und kommt hierher. Vorher wird nichts abgebucht.
pool-request =
    🙋 <b>{ $name }</b> möchte <b>{ $service }</b> · { $flag } { $country } für <b>{ $price }</b> aus der Kasse.
    Ein Administrator kann in den nächsten { $left } zustimmen.
button-pool-approve = ✅ Zustimmen
pool-request-approved = ✅ { $by } hat zugestimmt: Die Nummer geht an <b>{ $name }</b>.
pool-request-declined = Abgelehnt: <b>{ $name }</b> kauft nichts, und die Kasse von { $group } hat nichts bezahlt.
pool-request-lapsed = Zehn Minuten lang hat niemand geantwortet. <b>{ $name }</b> hat nichts gekauft, und die Kasse von { $group } hat nichts bezahlt.
pool-you-were-declined = Ein Administrator hat deinen Kauf abgelehnt. Es wurde nichts abgebucht. Du kannst noch einmal nach dem Preis fragen und selbst bezahlen.
pool-nobody-answered = Zehn Minuten lang hat kein Administrator geantwortet. Es wurde nichts gekauft und nichts abgebucht. Frag noch einmal nach dem Preis, um es wieder zu versuchen.

pool-number = 📱 <b>{ $name }</b> hat eine Nummer für { $service } · { $flag } { $country }: <code>{ $phone }</code>
pool-code = 💬 <b>{ $service }</b> · { $flag } { $country } für { $name }: <code>{ $code }</code>

operator-notice-pool-frozen =
    🧊 Ich wurde aus <b>{ $group }</b> entfernt. Die Kasse dort ist eingefroren, mit <b>{ $balance }</b> darin.
    Werde ich wieder aufgenommen, geht es weiter; oder gib den Rest zurück.
pool-return-confirm =
    Alle <b>{ $amount }</b> aus der Kasse von <b>{ $group }</b> zurückgeben? Jeder bekommt denselben Teil dessen, was er gegeben hat.
    {""}
pool-return-line = { $name }: <b>{ $amount }</b>
pool-return-shop = Der Shop
button-pool-return-yes = ✅ Ja, zurückgeben
pool-returned = ✅ <b>{ $amount }</b> aus der Kasse von <b>{ $group }</b> gingen an alle zurück, die gegeben haben.
pool-return-held = Offene Bestellungen dieser Kasse halten { $held }, die noch zurückkommen können. Es wurde nichts bewegt. Versuch es wieder, wenn sie vorbei sind.
pool-return-nothing = Es gibt nichts zurückzugeben. Es wurde nichts bewegt.
pool-came-back = 💰 Aus der Kasse von <b>{ $group }</b> kamen <b>{ $amount }</b> zu dir zurück. Du hast jetzt <b>{ $balance }</b>.
