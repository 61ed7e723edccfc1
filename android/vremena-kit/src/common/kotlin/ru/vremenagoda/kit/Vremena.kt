package ru.vremenagoda.kit

import java.io.Closeable
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.withContext
import ru.vremenagoda.ffi.Config
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.Ports
import ru.vremenagoda.ffi.VremenaCore
import ru.vremenagoda.ffi.Work

/**
 * The open app: everything a screen shows, and everything that a member can do. One for each process.
 *
 * Calls may come from any thread, many at once, the main one included: none of them blocks it but [LiveScanner.frame].
 * Whoever cancels a call stops waiting for it; the call is done to its end, never by half. Every call throws
 * [CoreException] and nothing else, and so does a call after [close], with [CoreException.Paused].
 */
public class Vremena private constructor(private val core: VremenaCore) : Closeable {
    private val observing = Observing()

    /** Sign-in, sign-out, consents, deletion. */
    public val account: Account = Account(core.account())

    /** Appeals about receipts. */
    public val appeals: Appeals = Appeals(core.appeals(), observing)

    /** Events and tickets. */
    public val events: Events = Events(core.events(), observing)

    /** News and promotions. */
    public val feed: Feed = Feed(core.feed(), observing)

    /** The first screen. */
    public val home: Home = Home(core.home(), observing)

    /** What the member must be told about the phone itself. */
    public val notices: Notices = Notices(core.notices(), observing)

    /** The queue. */
    public val outbox: Outbox = Outbox(core.outbox(), observing)

    /** Tiers, progress, rules. */
    public val programme: Programme = Programme(core.programme(), observing)

    /** Capturing receipts, and looking at them. */
    public val receipts: Receipts = Receipts(core.receipts(), observing)

    /** What local notifications are to remind of. */
    public val reminders: Reminders = Reminders(core.reminders(), observing)

    /** Pictures and camera frames. */
    public val scanner: Scanner = Scanner(core.scanner())

    /** Pulls. */
    public val sync: Sync = Sync(core.sync())

    /** Money, days and instants in words. */
    public val texts: Texts = Texts(core.texts())

    /** The card, and its way into wallets. */
    public val wallet: Wallet = Wallet(core.wallet(), observing)

    /**
     * What support needs to know of this app, as lines that the member can send; nothing of the member is in them. Also
     * while the app is paused.
     */
    public suspend fun diagnostics(): String = core.calling { diagnostics() }

    /** The network's state has changed. */
    public fun connectivityChanged(): Unit = core.calling { connectivityChanged() }

    /** The app is in front of the member. */
    public fun foreground(): Unit = core.calling { foreground() }

    /** Waits for the calls in flight and closes every file; until [resume] calls end in [CoreException.Paused]. */
    public suspend fun pause(): Unit = core.calling { pause() }

    /** Opens the files again, and goes on. */
    public suspend fun resume(): Unit = core.calling { resume() }

    /** Ends the work for good, as [close] does; when this returns, nothing of this app touches its files. */
    public suspend fun shutDown(): Unit = end.await()

    /**
     * Ends the work for good: flows complete, calls in flight are done to their end, later ones end in
     * [CoreException.Paused], and files are closed as soon as nothing needs them. Twice is no error.
     */
    override fun close() {
        end.start()
    }

    /** Begun by whoever is first, on their thread, and done to its end whoever waits for it. */
    private val end: Deferred<Unit> = CoroutineScope(Dispatchers.Unconfined).async(start = CoroutineStart.LAZY) {
        observing.end()
        try {
            core.calling { shutDown() }
        } finally {
            letGo()
        }
    }

    private fun letGo() {
        for (part in listOf(
            account.core, appeals.core, events.core, feed.core, home.core, notices.core, outbox.core, programme.core,
            receipts.core, reminders.core, scanner.core, sync.core, texts.core, wallet.core, core,
        )) part.destroy()
    }

    /** Opens the app. */
    public companion object {
        /**
         * Opens the app's files, creates or upgrades them, and begins to work, by itself or on demand ([Work]).
         *
         * Throws [CoreException.Storage] and [CoreException.Configuration]; the latter also where the core's library is
         * not in the app or not for this phone.
         */
        public suspend fun open(config: Config, ports: Ports): Vremena {
            var opened: VremenaCore? = null
            try {
                // The first call loads the library.
                return withContext(Dispatchers.IO) { Vremena(VremenaCore.open(config, ports).also { opened = it }) }
            } catch (trouble: Throwable) {
                // Whoever was cancelled meanwhile gets no app that they could close.
                opened?.close()
                throw if (trouble is LinkageError) CoreException.Configuration("the core's library: $trouble") else trouble
            }
        }
    }
}
