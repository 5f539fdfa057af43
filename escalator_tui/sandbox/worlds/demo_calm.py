"""Conversations of the demo world that can wait for their turn, some of which only look otherwise."""

from __future__ import annotations

from escalator_tui.sandbox.worlds.cases import Case, Line, customer, days, hours, teammate

MAIL_WITH_QUOTE = """<div>Thanks Lena, that did it. You can close this one.</div>
<div><br></div><div>--<br>Nora Bluth<br>Legal &amp; Compliance Manager, Bluth Homes</div>
<div class="gmail_quote">On Tue, Lena wrote:<blockquote>I know the last outage made you angry, and that you asked for a supervisor.
Please try the new link.</blockquote></div>"""

IMPORT = """<p>The import is a bit slow, about ten minutes for 20,000 rows.</p>
<p>Is that <b>normal</b>? See <a href="https://status.soylent.example/i">our log</a>.</p>"""

CALM = (
    Case(
        "Alice Wesker",
        "alice@umbrella.example",
        "How do I rotate API keys?",
        hours(26),
        "How do I rotate an API key without downtime? I only see a button that deletes it.",
        "Umbrella",
    ),
    Case(
        "Charlie Bucket",
        "charlie@wonka.example",
        "Feature request: dark mode",
        4,
        "A dark mode for the reports would be nice one day!",
        "Wonka",
    ),
    Case(
        "Priya Shah",
        "priya@vandelay.example",
        "Order of stickers",
        hours(5),
        "Hi! I want to cancel my order of stickers from your shop, I picked the wrong size. The software itself is great.",
        "Vandelay",
        (teammate(hours(4.5), "Done, no sticker will leave the house. Have a nice day!"),),
    ),
    Case(
        "Robert Vance",
        "bob@starkplumbing.example",
        "Newsletter",
        hours(11),
        "How can I subscribe to the paralegal newsletter you wrote about? My wife would like to read it.",
        "Stark Plumbing",
    ),
    Case(
        "Mia Lund",
        "mia@globex.example",
        "Renewal",
        hours(7),
        "My colleague asked you to cancel our renewal. Please don't cancel, we love it. He confused it with another tool.",
        "Globex",
        (teammate(hours(6.8), "Glad to hear that, Mia. Nothing was cancelled."), customer(hours(6.5), "Perfect, thank you so much!")),
    ),
    Case(
        "Tom Weber",
        "tom.weber@initech.example",
        "Frage zur Rechnung",
        hours(19),
        "Guten Tag, könnten Sie uns die Rechnung vom letzten Monat bitte mit unserer neuen Anschrift schicken? Vielen Dank!",
        "Initech",
        (teammate(hours(18), "Guten Tag Herr Weber, gern. Sie finden sie jetzt unter Einstellungen, Abrechnung."),),
    ),
    Case(
        "Nora Bluth",
        "nora@bluthhomes.example",
        "Re: Password link",
        hours(13),
        "The link in your mail says it has expired.",
        "Bluth Homes",
        (
            Line("assigned", hours(12), "<p>Please try the new link.</p>"),
            Line("customer", hours(10), MAIL_WITH_QUOTE),
        ),
        channel="email",
    ),
    Case(
        "Yuki Sato",
        "yuki@hooli.example",
        "Seat report for my manager",
        hours(3),
        "My manager asks for a list of everybody who has a seat. Where do I find it?",
        "Hooli",
        (Line("bot", hours(3) - 1, "<p>You will find it under Settings, Members, Export.</p>"), customer(hours(2.8), "Found it, thanks!")),
    ),
    Case(
        "Omar Haddad",
        "omar@vandelay.example",
        "Webhook retries",
        days(1.1),
        "How often do you retry a webhook when our server answers 503? The documentation says both 3 and 5 times.",
        "Vandelay",
        (
            teammate(days(1), "Good catch, it is 5 times. I have asked for the page to be corrected."),
            Line("note", days(1), "<p>Ask docs to fix the retry page.</p>"),
        ),
    ),
    Case(
        "Eva Novak",
        "eva@acmecorp.example",
        "Single sign-on",
        hours(2),
        "We would like to switch on single sign-on with our own identity provider. Is that part of our plan?",
        "AcmeCorp",
    ),
    Case(
        "Sanjay Patel",
        "sanjay@soylent.example",
        "Import of 20,000 contacts",
        hours(8),
        IMPORT,
        "Soylent Foods",
        (teammate(hours(7.5), "Yes, that is what we would expect for this size."), customer(hours(7), "OK, no problem then.")),
    ),
    Case(
        "Grace Kim",
        "grace@umbrella.example",
        "Thank you",
        35,
        "Just wanted to say that the new date picker saves me half an hour every day. Great work!",
        "Umbrella",
    ),
    Case(
        "Ben Carter",
        "ben@wonka.example",
        "Invitation mail",
        days(2.6),
        "Our new colleague did not get her invitation mail.",
        "Wonka",
        (
            teammate(days(2.5), "I have sent it again, please look into the spam folder too."),
            customer(days(2.4), "It was in spam, sorry for the noise."),
            Line("close", days(2.3)),
        ),
    ),
    Case(
        "Ana Ruiz",
        "ana@starkplumbing.example",
        "Two accounts",
        days(1.8),
        "I have two accounts by accident. Can you merge them?",
        "Stark Plumbing",
        (teammate(days(1.7), "We can. Which of the two addresses shall stay?"), Line("snooze", days(1.6))),
    ),
    Case(
        "Kofi Mensah",
        "kofi@bluthhomes.example",
        "Mobile app",
        hours(16),
        "Is there an app for Android, or only for iPhone?",
        "Bluth Homes",
        (
            Line("system", hours(16) - 1, "language_detection_details"),
            teammate(hours(15), "Both, you find them in the stores under our name."),
        ),
        counted=False,
    ),
    Case(
        "Lea Fontaine",
        "lea@globex.example",
        "Small typo",
        hours(21),
        "On the billing page it says “recieve”. It does not bother me, I only thought you would like to know.",
        "Globex",
        (Line("tag", hours(20), "typo"),),
    ),
    Case(
        "Pat O'Neill",
        "pat.oneill@freemail.example",
        "Student discount",
        hours(1),
        "Hi, do you have a discount for students? I cannot find anything on the [pricing] page.",
    ),
    Case(
        "Milton Waddams",
        "milton@initech.example",
        "Broken image",
        hours(4),
        "The logo in our e-mail footer is broken on my phone. No hurry, it is only cosmetic.",
        "Initech",
        (teammate(hours(3.5), "Thanks Milton, we will have a look this week."),),
    ),
)
