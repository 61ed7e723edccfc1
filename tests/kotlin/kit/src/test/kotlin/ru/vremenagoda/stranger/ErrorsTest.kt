package ru.vremenagoda.stranger

import java.nio.ByteBuffer
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.CalendarDate
import ru.vremenagoda.ffi.CapturedPicture
import ru.vremenagoda.ffi.CardLink
import ru.vremenagoda.ffi.ConsentPurpose
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.FiscalReceipt
import ru.vremenagoda.ffi.HistoryFilter
import ru.vremenagoda.ffi.ManualEntry
import ru.vremenagoda.ffi.NewAppeal
import ru.vremenagoda.ffi.PortException
import ru.vremenagoda.ffi.ReceiptOperation
import ru.vremenagoda.ffi.ReceiptSource
import ru.vremenagoda.ffi.SecureStoreException
import ru.vremenagoda.ffi.SignInFault
import ru.vremenagoda.ffi.StorageFault
import ru.vremenagoda.kit.Vremena
import ru.vremenagoda.stranger.support.Gallery
import ru.vremenagoda.stranger.support.Phone
import ru.vremenagoda.stranger.support.inGallery
import ru.vremenagoda.testing.Picture
import ru.vremenagoda.testing.START
import ru.vremenagoda.testing.receiptText

class ErrorsTest {
    private val receipt = FiscalReceipt("7380440801290534", 1u, 1u, 10_000, START, ReceiptOperation.SALE)
    private val entry = ManualEntry("", "", "", "", "", "")
    private val picture = Picture.named("01-dress.jpg").array()

    @Test
    fun `whatever is asked of an app that was closed, it is closed`() = inGallery {
        val app = signedIn().app
        val live = app.scanner.live()
        live.close()
        app.close()
        for ((name, call) in app.calls) assertEquals("paused", told(name, call), name)
        assertThrows<CoreException.Paused> { live.forget() }
        assertThrows<CoreException.Paused> { app.scanner.live() }
        assertThrows<CoreException.Paused> { app.texts.money(1) }
        assertThrows<CoreException.Paused> { app.foreground() }
        assertThrows<CoreException.Paused> { app.connectivityChanged() }
        assertThrows<CoreException.Paused> { app.scanner.picture(ByteBuffer.allocateDirect(1)) }
        assertThrows<CoreException.Paused> { app.diagnostics() }
    }

    @Test
    fun `a paused app says so, and goes on when it is resumed`() = inGallery {
        val app = signedIn(config = config().copy(walletIssuer = admin.walletIssuer())).app
        app.pause()
        for ((name, call) in app.calls) assertEquals("paused", told(name, call), name)
        app.resume()
        app.home.snapshot()
    }

    @Test
    fun `each error of the core comes as itself, and a when covers them`() = inGallery {
        val phone = phone()
        val account = phone.app.account
        assertEquals("sign-in needed", told { phone.app.receipts.captureText(receiptText(1)) })
        assertEquals("sign-in", told { account.requestCode("nobody's") })
        assertEquals(
            SignInFault.ConsentNeeded::class,
            assertThrows<CoreException.SignIn> { account.requestCode("+79000000000") }.fault::class,
        )
        admin.network(false)
        assertEquals("unreachable", told { account.consentDocuments() })
        admin.network(true, "status:503:7")
        assertEquals("unavailable", told { account.consentDocuments() })
        signIn(phone)
        phone.app.sync.pull()
        assertEquals("not found", told { phone.app.receipts.story(7) })
        assertEquals("not found", told { phone.app.events.register("none") })
        assertEquals("invalid", told { phone.app.texts.day(CalendarDate(2026, 13u, 1u)) })
        admin.network(true, "status:418")
        assertEquals("refused", told { phone.app.sync.pull() })
        phone.lent.secureStore.breaks("load", SecureStoreException.Locked())
        assertEquals("locked", told { restarted(phone).app.sync.pull() })
        phone.lent.secureStore.isMended()
    }

    @Test
    fun `ports that throw cost the call that needed them, not the app`() = inGallery {
        val phone = signedIn()
        phone.lent.connectivity.breaks("isOnline", PortException.Failed("battery-low"))
        phone.lent.log.breaks("log", NotImplementedError("anything"))
        phone.capture(receiptText(1))
        phone.app.outbox.drain()
        assertEquals(1, admin.receipts().size)
    }

    @Test
    fun `what cannot be opened says what is the matter`() = inGallery {
        assertEquals("configuration", told { phone(config().copy(baseUrl = "nowhere")) })
        val notAFolder = folder().resolve("a-file").also { it.toFile().writeText("") }
        val refused = assertThrows<CoreException.Storage> { phone(config().copy(directory = "$notAFolder")) }
        assertEquals(StorageFault.UNAVAILABLE, refused.fault)
    }

    private suspend fun Gallery.restarted(phone: Phone): Phone {
        phone.app.shutDown()
        return phone(phone.config, phone.lent)
    }

    private suspend fun told(name: String = "", call: suspend () -> Any?): String = try {
        "no error: ${call()} of $name"
    } catch (error: CoreException) {
        when (error) {
            is CoreException.Unreachable -> "unreachable"
            is CoreException.Insecure -> "insecure"
            is CoreException.Unavailable -> "unavailable"
            is CoreException.SignInNeeded -> "sign-in needed"
            is CoreException.Locked -> "locked"
            is CoreException.Paused -> "paused"
            is CoreException.UpdateNeeded -> "update needed"
            is CoreException.SignIn -> "sign-in"
            is CoreException.NotFound -> "not found"
            is CoreException.ContentRefused -> "content refused"
            is CoreException.Refused -> "refused"
            is CoreException.Storage -> "storage"
            is CoreException.Configuration -> "configuration"
            is CoreException.InvalidArgument -> "invalid"
            is CoreException.Internal -> "internal"
        }
    }

    /** Every call that needs the files. */
    private val Vremena.calls: Map<String, suspend () -> Any?>
        get() = mapOf(
            "account.member" to { account.member() },
            "account.sessionState" to { account.sessionState() },
            "account.requestCode" to { account.requestCode("+79000000000") },
            "account.signIn" to { account.signIn("+79000000000", "1234") },
            "account.signOut" to { account.signOut() },
            "account.consentDocuments" to { account.consentDocuments() },
            "account.consents" to { account.consents() },
            "account.decideConsents" to { account.decideConsents(emptyList()) },
            "account.setConsent" to { account.setConsent(ConsentPurpose.ANALYTICS, true) },
            "account.deletion" to { account.deletion() },
            "account.delete" to { account.delete(0u) },
            "account.linkCard" to { account.linkCard(CardLink.Number("1")) },
            "appeals.list" to { appeals.list() },
            "appeals.draft" to { appeals.draft(1) },
            "appeals.keepPicture" to { appeals.keepPicture(1, CapturedPicture.File(picture)) },
            "appeals.submit" to { appeals.submit(1, NewAppeal("")) },
            "events.list" to { events.list() },
            "events.register" to { events.register("e") },
            "events.cancel" to { events.cancel("e") },
            "feed.items" to { feed.items() },
            "feed.markRead" to { feed.markRead("i") },
            "feed.picture" to { feed.picture("i") },
            "home.snapshot" to { home.snapshot() },
            "notices.list" to { notices.list() },
            "notices.dismiss" to { notices.dismiss(1) },
            "outbox.page" to { outbox.page() },
            "outbox.drain" to { outbox.drain() },
            "outbox.retry" to { outbox.retry(1) },
            "outbox.discard" to { outbox.discard(1) },
            "programme.snapshot" to { programme.snapshot() },
            "programme.rulebook" to { programme.rulebook() },
            "programme.rulebookChanges" to { programme.rulebookChanges(1u, 2u) },
            "programme.rulesVersions" to { programme.rulesVersions() },
            "receipts.captureText" to { receipts.captureText(receiptText(1)) },
            "receipts.capture" to { receipts.capture(receipt, ReceiptSource.SCANNED) },
            "receipts.captureManual" to { receipts.captureManual(entry) },
            "receipts.typed" to { receipts.typed(1) },
            "receipts.amend" to { receipts.amend(1, entry) },
            "receipts.page" to { receipts.page() },
            "receipts.history" to { receipts.history(HistoryFilter()) },
            "receipts.shops" to { receipts.shops() },
            "receipts.story" to { receipts.story(1) },
            "reminders.plan" to { reminders.plan() },
            "reminders.changes" to { reminders.changes(emptyList()) },
            "sync.pull" to { sync.pull() },
            "sync.pullHinted" to { sync.pullHinted("feed") },
            "wallet.card" to { wallet.card() },
            "wallet.applePass" to { wallet.applePass() },
            "wallet.googleLink" to { wallet.googleLink() },
        )
}
