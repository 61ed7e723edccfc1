package ru.vremenagoda.kit

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow
import ru.vremenagoda.ffi.Capture
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.FiscalReceipt
import ru.vremenagoda.ffi.HistoryFilter
import ru.vremenagoda.ffi.HistoryPage
import ru.vremenagoda.ffi.ManualCapture
import ru.vremenagoda.ffi.ManualEntry
import ru.vremenagoda.ffi.Receipt
import ru.vremenagoda.ffi.ReceiptPlace
import ru.vremenagoda.ffi.ReceiptSource
import ru.vremenagoda.ffi.ReceiptStory
import ru.vremenagoda.ffi.ReceiptsListener
import ru.vremenagoda.ffi.ReceiptsSnapshot
import ru.vremenagoda.ffi.Receipts as CoreReceipts

/** Capturing receipts, and looking at them. */
public class Receipts internal constructor(internal val core: CoreReceipts, observing: Observing) {
    private val snapshots: Flow<ReceiptsSnapshot> = observing.flow(core) { heard ->
        observe(object : ReceiptsListener {
            override fun onReceipts(snapshot: ReceiptsSnapshot) = heard(snapshot)
        })
    }

    /** The newest receipts as all who look at once see them; `null` until the first snapshot. */
    public val state: StateFlow<ReceiptsSnapshot?> = observing.state(snapshots)

    /** The newest receipts, now and whenever they change. */
    public fun observe(): Flow<ReceiptsSnapshot> = snapshots

    /**
     * Captures the receipt that [text], the content of a code, describes. Once it is captured it is on the disk and will
     * be sent. [CoreException.SignInNeeded] while nobody is signed in.
     */
    public suspend fun captureText(text: String): Capture = core.calling { captureText(text) }

    /** Captures a receipt whose requisites were read elsewhere, for instance by [Scanner]. */
    public suspend fun capture(receipt: FiscalReceipt, source: ReceiptSource): Capture =
        core.calling { capture(receipt, source) }

    /** Captures a receipt that the member typed in; where fields are wrong it tells each of them. */
    public suspend fun captureManual(entry: ManualEntry): ManualCapture = core.calling { captureManual(entry) }

    /** What the member typed of a receipt whose entry in the queue is editable: to fill the form with. */
    public suspend fun typed(entryId: Long): ManualEntry = core.calling { typed(entryId) }

    /** Captures a receipt that the member has mended, in the place of the one in the entry. */
    public suspend fun amend(entryId: Long, entry: ManualEntry): ManualCapture = core.calling { amend(entryId, entry) }

    /** The receipts after [after] (`null` = from the newest), the newest first, at most [limit] (200). */
    public suspend fun page(after: ReceiptPlace? = null, limit: Int = PAGE): List<Receipt> =
        core.calling { page(after, limit.size()) }

    /** The receipts that fit [filter], page by page as [page] tells them, with the sums of their months. */
    public suspend fun history(filter: HistoryFilter, after: ReceiptPlace? = null, limit: Int = PAGE): HistoryPage =
        core.calling { history(filter, after, limit.size()) }

    /** The shops of the member's receipts by name, to choose a filter from. */
    public suspend fun shops(): List<String> = core.calling { shops() }

    /**
     * The whole story of a receipt: what was bought, how far it came, and what a return has changed.
     * [CoreException.NotFound] where the member has no such receipt.
     */
    public suspend fun story(localId: Long): ReceiptStory = core.calling { story(localId) }
}
