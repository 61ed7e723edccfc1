package ru.vremenagoda.ffi
import kotlinx.coroutines.*
import org.junit.jupiter.api.Test
import ru.vremenagoda.ffi.support.*
import java.nio.file.Path

class ScratchTest {
    @Test
    fun split() = inGallery(PATIENCE.multipliedBy(4)) {
        val phone = signedIn(); phone.capture(receiptText(1)); phone.shutDown(); phone.lent.connectivity.online = false
        val empty = config()
        fun cpu(): Long { val f = java.nio.file.Files.readString(Path.of("/proc/self/stat")).substringAfterLast(") ").split(" "); return f[11].toLong() + f[12].toLong() }
        for (w in listOf("signed-in OD" to phone.config, "signed-in BI" to phone.config.copy(work = Work.BY_ITSELF), "empty OD" to empty, "warm signed-in OD" to phone.config, "warm BI" to phone.config.copy(work = Work.BY_ITSELF))) {
            var o = 0L; var s = 0L; var c = 0L; val n = 1000
            val c0 = cpu(); val t00 = System.nanoTime()
            val cl0 = phone.lent.clock.calls; val ll0 = phone.lent.log.calls; val sl0 = phone.lent.secureStore.calls
            withContext(Dispatchers.IO) { repeat(n) {
                val t0 = System.nanoTime()
                val core = VremenaCore.open(w.second, phone.lent.ports())
                val t1 = System.nanoTime()
                val seen = CompletableDeferred<Unit>()
                val home = core.home()
                val sub = home.observe(object : HomeListener { override fun onHome(snapshot: HomeSnapshot) { seen.complete(Unit) } })
                seen.await()
                val t2 = System.nanoTime()
                sub.close(); home.close(); core.close()
                val t3 = System.nanoTime()
                o += t1 - t0; s += t2 - t1; c += t3 - t2
            } }
            println("${w.first}: open ${o / n / 1000} us, observe ${s / n / 1000} us, close ${c / n / 1000} us; wall ${(System.nanoTime() - t00) / n / 1000} us, cpu ${(cpu() - c0) * 10_000 / n} us; clock ${(phone.lent.clock.calls - cl0) / n} log ${(phone.lent.log.calls - ll0) / n} store ${(phone.lent.secureStore.calls - sl0) / n}")
        }
    }
}
