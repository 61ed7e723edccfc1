# Тексты, в которых есть числа, даты или причины. Подписи экранов живут в оболочках.

day-of-month = { $day } { $month ->
    [1] января
    [2] февраля
    [3] марта
    [4] апреля
    [5] мая
    [6] июня
    [7] июля
    [8] августа
    [9] сентября
    [10] октября
    [11] ноября
   *[12] декабря
}
day = { day-of-month } { $year }

days = { $count ->
    [one] { $count } день
    [few] { $count } дня
   *[many] { $count } дней
}

receipts = { $count ->
    [one] { $count } чек
    [few] { $count } чека
   *[many] { $count } чеков
}

## Путь к уровню

progress-to-next = До уровня «{ $tier }» осталось { $missing }
progress-next = Следующий уровень — «{ $tier }»
progress-top = «{ $tier }» — высший уровень программы
progress-unknown = Правила программы ещё не загружены
progress-pending = Ещё { $amount } на проверке: с ними будет уровень «{ $tier }»

## Состояние чека

state-captured = Сохранён, ждёт отправки
state-pending = На проверке
state-credited = Засчитан
state-credited-return = Возврат учтён
state-rejected = Не засчитан
state-reversed = Возвращён
state-unknown = Обновите приложение, чтобы увидеть состояние

state-captured-sentence = Чек сохранён в телефоне и уйдёт сам, как только появится связь.
state-pending-sentence = Чек отправлен. Ждём ответа налоговой службы.
state-pending-check-sentence = Чек отправлен. Налоговая служба ответит позже: следующая проверка { $at }.
state-credited-sentence = В зачёт идёт { $amount }.
state-credited-return-sentence = Возврат учтён: из зачёта снято { $amount }.
state-credited-partly-sentence = В зачёт идёт { $amount }: { $returned } возвращено.
state-reversed-sentence = Покупка возвращена полностью и больше не считается.
queue-wedged-sentence = Сохранено в телефоне, но отправить не удалось (код { $code }).

## Почему чек не засчитан

reason-not-this-gallery = Налоговая служба сообщила, что этот чек пробит не в галерее «Времена года».
reason-too-old = Чек слишком старый: программа принимает чеки не старше срока, указанного в правилах.
reason-already-counted = Этот чек уже учтён у вас.
reason-counted-by-another = Этот чек уже учтён у другого участника программы.
reason-return-unlinked = Это чек возврата: в нём не указано, какую покупку вернули.
reason-below-minimum = Сумма чека меньше минимальной по правилам программы.
reason-excluded-category = Покупки этой категории не участвуют в программе.
reason-not-found = Налоговая служба так и не нашла этот чек.
reason-data-differ = Данные в коде не совпали с данными налоговой службы.
reason-unsupported-operation = Это не покупка: программа принимает только чеки прихода и возврата прихода.
reason-unknown = Причина новая, эта версия приложения её ещё не знает.

## История чека

month = { $month ->
    [1] Январь
    [2] Февраль
    [3] Март
    [4] Апрель
    [5] Май
    [6] Июнь
    [7] Июль
    [8] Август
    [9] Сентябрь
    [10] Октябрь
    [11] Ноябрь
   *[12] Декабрь
} { $year }

rule-too-old = Правила, версия { $version }: принимаются чеки не старше { $limit ->
    [one] { $limit } дня
   *[other] { $limit } дней
}, а этому { $age ->
    [one] { $age } день
    [few] { $age } дня
   *[other] { $age } дней
}.
rule-below-minimum = Правила, версия { $version }: чеки принимаются от { $least }, в этом { $amount }.
rule-not-found = Правила, версия { $version }: чек ищут { $limit ->
    [one] { $limit } день
    [few] { $limit } дня
   *[other] { $limit } дней
}, и налоговая служба его так и не нашла.
rule-excluded-category = Правила, версия { $version }: покупки категории «{ $category }» не засчитываются.
rule-not-this-gallery = Правила, версия { $version }: принимаются чеки галереи «Времена года», а этот, по данным налоговой службы, пробит в другом месте.
rule-data-differ = Правила, версия { $version }: данные чека должны совпадать с данными налоговой службы, а в этом они другие.
rule-unsupported-operation = Правила, версия { $version }: принимаются только чеки прихода и возврата прихода, а это другая операция.
rule-unnamed = { $sentence } Решено по правилам версии { $version }.
state-credited-before-sentence = Этот чек уже учтён у вас: в зачёт идёт { $amount }.
state-credited-too-little-sentence = Возвращено { $returned }, осталось { $left }: по правилам этого мало, в зачёт покупка не идёт.
step-wait-until = Подождите до { $at }: приложение проверит само.

change-captured = Чек сохранён в телефоне.
change-sent = Чек отправлен в галерею.
change-sent-known = Чек отправлен в галерею: он уже учтён у вас.
change-pending = Галерея приняла чек и спрашивает о нём налоговую службу.
change-credited = Чек засчитан.
change-credited-return = Возврат связан с покупкой и снял свою сумму из зачёта.
change-rejected = Чек не засчитан.
change-reversed = Покупка возвращена полностью и больше не считается.
change-unknown = Это изменение эта версия приложения ещё не знает.

effect-same-tier = Уровень «{ $after }» не изменился; в зачёте было { $sum_before }, стало { $sum_after }.
effect-other-tier = Уровень был «{ $before }», стал «{ $after }»; в зачёте было { $sum_before }, стало { $sum_after }.
effect-valid-until = Уровень действовал по { $before } включительно, теперь по { $after }.
effect-keep-by = Сохранить уровень можно было до { $before }, теперь до { $after }.

## Что сделать

step-nothing = Ничего делать не нужно.
step-wait-appeal = Обращение отправлено: ответ галереи придёт сюда.
step-appeal = Попросите галерею проверить чек ещё раз.
step-shorten = Сократите и отправьте снова.
step-wait = Подождите: приложение проверит само.
step-show-at-desk = Покажите чек на стойке администрации галереи.
step-ask-at-desk = Обратитесь на стойку администрации галереи.
step-update-app = Обновите приложение.
step-scan-again = Сканируйте чек ещё раз; если кода на нём нет, покажите его на стойке администрации.
step-scan-paper-receipt = Отсканируйте QR-код с бумажного чека.
step-scan-another-receipt = Отсканируйте другой чек, выданный в галерее.
step-enter-by-hand = Введите реквизиты вручную, как они напечатаны на чеке.
step-check-clock = Проверьте дату и время в настройках телефона и попробуйте снова.
step-choose-another-event = Выберите другое событие.
step-try-later = Попробуйте позже.
step-contact-support = Сообщите код на стойке администрации галереи.

## Код, который не чек

code-empty = В коде ничего нет.
code-too-long = В коде слишком много текста для чека.
code-not-text = В коде не текст, а двоичные данные.
code-control-characters = В коде есть служебные символы, которых в чеке не бывает.
code-not-a-receipt = Это QR-код, но не чек.
code-operator-link = { $operator ->
    [other] Это ссылка на электронный чек, в ней не хватает реквизитов: { $missing }.
   *[named] Это ссылка оператора фискальных данных ({ $operator }), в ней не хватает реквизитов: { $missing }.
}
code-operator-link-unreadable = { $operator ->
    [other] Это ссылка на электронный чек: реквизиты записаны в ней не так, как в QR-коде чека.
   *[named] Это ссылка оператора фискальных данных ({ $operator }): реквизиты записаны в ней не так, как в QR-коде чека.
}
code-foreign-receipt = Это чек другой страны ({ $country ->
    [AL] Албания
    [AM] Армения
    [AZ] Азербайджан
    [BY] Беларусь
    [GE] Грузия
    [HR] Хорватия
    [KG] Киргизия
    [KZ] Казахстан
    [MD] Молдавия
    [ME] Черногория
    [RS] Сербия
    [TJ] Таджикистан
    [UA] Украина
    [UZ] Узбекистан
   *[other] { $country }
}): в программе участвуют чеки галереи в Москве.
code-broken-generator = Касса записала дату и сумму с ошибкой: сумму нельзя прочесть однозначно.
code-missing-field = В коде не хватает реквизита «{ $field }».
code-bad-field = Реквизит «{ $field }» записан с ошибкой.
code-contradictory-field = Реквизит «{ $field }» записан дважды и по-разному.
requisite = { $field ->
    [issued_at] дата и время
    [total] сумма
    [drive_number] ФН
    [document_number] ФД
    [fiscal_sign] ФП
   *[operation] признак расчёта
}
code-no-code = На снимке не найден QR-код.

## Чек, который нельзя принять сейчас

check-in-the-future = Дата чека ещё не наступила.
check-too-old = Чеку { $age }. Программа принимает чеки не старше { $limit ->
    [one] { $limit } дня
   *[many] { $limit } дней
}.
check-too-old-for-programme = Чеку { $age }: такие старые чеки программа не принимает.
check-unsupported-operation = Это не покупка: программа принимает только чеки прихода и возврата прихода.
check-total-out-of-range = Сумма чека вне допустимых границ.

## Чек, введённый вручную

entry-issued-at-missing = Введите дату и время с чека, например 14.03.2026 13:52.
entry-issued-at-malformed = Не удалось прочесть дату и время. Введите их так: 14.03.2026 13:52.
entry-issued-at-ambiguous = Дату можно прочесть по-разному. Введите год четырьмя цифрами: 14.03.2026 13:52.
entry-issued-at-out-of-range = Такой даты или такого времени не бывает. Сверьте их с чеком.
entry-total-missing = Введите итог чека, например 1691,16.
entry-total-malformed = Не удалось прочесть сумму. Введите её цифрами, например 1691,16.
entry-total-ambiguous = Сумму можно прочесть по-разному. Введите её с копейками и без пробелов: 1691,16.
entry-drive-number-missing = Введите номер ФН с чека, обычно это 16 цифр.
entry-drive-number-malformed = В номере ФН бывают только цифры. Сверьте его с чеком.
entry-drive-number-out-of-range = В номере ФН не больше 16 цифр. Сверьте его с чеком.
entry-document-number-missing = Введите номер ФД с чека.
entry-document-number-malformed = В номере ФД бывают только цифры. Сверьте его с чеком.
entry-document-number-out-of-range = Такого большого номера ФД не бывает. Сверьте его с чеком.
entry-fiscal-sign-missing = Введите ФП (ФПД) с чека, до 10 цифр.
entry-fiscal-sign-malformed = В ФП (ФПД) бывают только цифры. Сверьте его с чеком.
entry-fiscal-sign-out-of-range = Такого большого ФП (ФПД) не бывает. Сверьте его с чеком.
entry-operation-malformed = Введите «приход» или «возврат прихода», как на чеке, или оставьте поле пустым.

## Что поможет, если на снимке не найден код

advice-too-dark = Слишком темно: найдите свет поярче или включите фонарик.
advice-cut-off = Код попал в кадр не целиком: сдвиньте телефон, чтобы он был виден весь.
advice-come-closer = Код на снимке слишком мелкий: поднесите телефон ближе.
advice-glare = Часть кода закрыта бликом: немного наклоните чек или телефон.
advice-too-blurred = Снимок смазан: держите телефон неподвижно и дайте ему сфокусироваться.
advice-hold-flat = Бумага изогнута: расправьте чек и держите его ровно.

## Снимок, который нельзя прочесть

image-empty = Файл пуст.
image-not-a-picture = Это не изображение.
image-unsupported-format = Такой вид изображений не поддерживается: подойдут JPEG, PNG и WebP.
image-too-large = Изображение слишком большое.
image-truncated = Изображение загружено не до конца.
image-damaged = Изображение повреждено.
step-choose-another-picture = Выберите другой снимок.

## Регистрация на событие

registration-registering = Ждёт подтверждения
registration-confirmed = Место подтверждено
registration-refused = Места нет
registration-cancelling = Отмена отправляется
registration-cancelled = Отменено
registration-unknown = Обновите приложение, чтобы увидеть состояние

registration-sentence-registering = Заявка сохранена в телефоне и уйдёт сама, как только появится связь.
registration-sentence-confirmed = Покажите код билета у входа.
registration-sentence-refused = Галерея не подтвердила место.
registration-sentence-cancelling = Отмена сохранена в телефоне и уйдёт сама, как только появится связь.
registration-sentence-cancelled = Место освобождено.
registration-sentence-unknown = Эта версия приложения не знает такого состояния.

registration-reason-event-full = Все места на это событие заняты.
registration-reason-registration-not-open = Регистрация на событие ещё не открыта.
registration-reason-registration-closed = Регистрация на событие закрыта.
registration-reason-not-for-this-tier = Это событие для участников другого уровня.
registration-reason-event-unknown = Такого события больше нет.
registration-reason-event-started = Событие уже началось, отменить место нельзя.
registration-reason-unknown = Причина новая, эта версия приложения её ещё не знает.

## Карта для кошелька

pass-damaged = Карта для кошелька пришла повреждённой и не добавлена.
pass-changed = Содержимое карты отличается от подписанного галереей, карта не добавлена.
pass-untrusted = Подпись карты не принадлежит галерее, карта не добавлена.
pass-not-yours = Карта выпущена на другого участника или другой уровень и не добавлена.
pass-expired = Эта карта больше не действует.
pass-clock = Подпись карты ещё не вступила в силу по часам телефона.
save-link-refused = Ссылка для Google Кошелька составлена неправильно и не открыта.

## Очередь

queue-wedged = Не отправлено
queue-waiting = Ждёт отправки
queue-waiting-sentence = Сохранено в телефоне и уйдёт само.
queue-title-unknown = Запись новее этой версии приложения
queue-title-receipt = Чек на { $amount } от { $date }
queue-title-appeal = Обращение о чеке на { $amount } от { $date }
queue-title-appeal-part = Фотография { $number } к обращению
queue-title-registration = Запись на событие «{ $title }»
queue-title-cancellation = Отмена записи на событие «{ $title }»
queue-title-feed-read = Отметка о прочтении новости
queue-title-consent-given-processing = Согласие на обработку данных
queue-title-consent-given-advertising = Согласие на рекламу
queue-title-consent-given-analytics = Согласие на аналитику
queue-title-consent-given-unknown = Согласие
queue-title-consent-withdrawn-processing = Отзыв согласия на обработку данных
queue-title-consent-withdrawn-advertising = Отзыв согласия на рекламу
queue-title-consent-withdrawn-analytics = Отзыв согласия на аналитику
queue-title-consent-withdrawn-unknown = Отзыв согласия
queue-title-event-unknown = без названия
queue-count = { $count ->
    [one] Ждёт отправки: { $count } запись.
    [few] Ждут отправки: { $count } записи.
   *[other] Ждут отправки: { $count } записей.
}
queue-all-wedged = { $count ->
    [one] Не удалось отправить { $count } запись: посмотрите, что с ней сделать.
    [few] Не удалось отправить { $count } записи: посмотрите, что с ними сделать.
   *[other] Не удалось отправить { $count } записей: посмотрите, что с ними сделать.
}
queue-stopped-sending = Отправляем.
queue-stopped-nobody-signed-in = Войдите, чтобы отправить.
queue-stopped-offline = Нет связи: уйдёт само, как только она появится.
queue-stopped-busy = Галерея сейчас перегружена: отправим чуть позже сами.
queue-stopped-unreachable = Галерея не отвечает: попробуем ещё раз сами.
queue-stopped-sign-in-needed = Войдите снова, чтобы отправить.
queue-stopped-locked = Разблокируйте телефон, чтобы отправить.
queue-stopped-update-needed = Обновите приложение, чтобы отправить: ничего не потеряно.
queue-stopped-another-process = Отправляем в фоне.
queue-stopped-budget-spent = Отправим чуть позже сами.

## Аккаунт

consent-fault-consent-required = Без этого согласия участия нет. Отказаться от него можно, удалив аккаунт.
consent-fault-consent-outdated = Сначала прочтите текст согласия: он изменился или ещё не был показан.
consent-fault-unknown = Галерея не приняла решение, причина этой версии приложения неизвестна.

card-link-fault-card-unknown = Такой карты нет. Проверьте номер: он напечатан на карте.
card-link-fault-card-blocked = Эта карта заблокирована, поэтому она не привязана.
card-link-fault-card-linked-to-another = Эта карта уже привязана к другому участнику.
card-link-fault-phone-not-unique = С этим телефоном у галереи несколько карт. Введите номер карты.
card-link-fault-unknown = Карта не привязана, причина этой версии приложения неизвестна.

account-deletion = { $unsent ->
    [0] Участие закончится: уровень, чеки, карта и записи на события будут удалены без возможности восстановления.
    [one] Участие закончится: уровень, чеки, карта и записи на события будут удалены без возможности восстановления. { $unsent } действие ещё не отправлено и пропадёт.
    [few] Участие закончится: уровень, чеки, карта и записи на события будут удалены без возможности восстановления. { $unsent } действия ещё не отправлены и пропадут.
   *[many] Участие закончится: уровень, чеки, карта и записи на события будут удалены без возможности восстановления. { $unsent } действий ещё не отправлены и пропадут.
}

## Сообщения о самом телефоне

notice-recovered = Данные на телефоне восстановлены
notice-sentence-recovered = { $saved ->
    [0] Файл приложения на телефоне был повреждён. Неотправленных действий в нём не нашлось; чеки, события и карта загрузятся снова из галереи.
    [one] Файл приложения на телефоне был повреждён. Сохранено { $saved } неотправленное действие, оно уйдёт само; остальное загрузится снова из галереи.
    [few] Файл приложения на телефоне был повреждён. Сохранено { $saved } неотправленных действия, они уйдут сами; остальное загрузится снова из галереи.
   *[other] Файл приложения на телефоне был повреждён. Сохранено { $saved } неотправленных действий, они уйдут сами; остальное загрузится снова из галереи.
}
notice-step-recovered = Проверьте, все ли последние чеки на месте. Если какого-то нет, отсканируйте его ещё раз: дважды он не засчитается.
notice-unknown = Сообщение новой версии
notice-sentence-unknown = Эта версия приложения не знает такого сообщения.
notice-step-unknown = Обновите приложение.

## Правила, как их читает участник

category = { $id ->
    [beauty] красота
    [fashion] одежда и обувь
    [home] товары для дома
    [jewellery] украшения
    [kids] детские товары
    [restaurants] рестораны
    [services] услуги
    [tobacco] табак
   *[other] { $id }
}

rulebook-category = «{ $name }»

rulebook-title-about = О правилах
rulebook-title-tiers = Уровни
rulebook-title-benefits = Привилегии
rulebook-title-counting = Что засчитывается
rulebook-title-keeping = Как сохраняется уровень
rulebook-title-receipts = Какие чеки принимаются

rulebook-effective-from = Версия { $version } действует с { $day }.

rulebook-tier-first = «{ $tier }» — уровень каждого участника.
rulebook-tier = «{ $tier }»: { $need }.
rulebook-need-sum = покупки не меньше чем на { $amount }
rulebook-need-category-sum = покупки в категории { $category } не меньше чем на { $amount }
rulebook-need-visits = { $count ->
    [one] не меньше { $number } дня с покупками
    [few] не меньше { $number } дней с покупками
    [many] не меньше { $number } дней с покупками
   *[other] не меньше { $number } дня с покупками
}
rulebook-need-receipts = { $count ->
    [one] не меньше { $number } засчитанной покупки
    [few] не меньше { $number } засчитанных покупок
    [many] не меньше { $number } засчитанных покупок
   *[other] не меньше { $number } засчитанной покупки
}
rulebook-need-points = { $count ->
    [one] не меньше { $number } балла
    [few] не меньше { $number } баллов
    [many] не меньше { $number } баллов
   *[other] не меньше { $number } балла
}
rulebook-all-of = { $parts } и { $last }
rulebook-any-of = { $parts } или { $last }
rulebook-points = Баллы не зависят от периода: учитываются все, срок которых не истёк.
rulebook-upgrade = Уровень повышается сразу, как только его требования выполнены.

rulebook-benefit = «{ $tier }»: { $text }

rulebook-period-rolling-months = { $count ->
    [1] В зачёт идут покупки за последний месяц, включая сегодняшний день.
    [one] В зачёт идут покупки за последний { $number } месяц, включая сегодняшний день.
    [few] В зачёт идут покупки за последние { $number } месяца, включая сегодняшний день.
    [many] В зачёт идут покупки за последние { $number } месяцев, включая сегодняшний день.
   *[other] В зачёт идут покупки за последние { $number } месяца, включая сегодняшний день.
}
rulebook-period-rolling-days = { $count ->
    [1] В зачёт идут покупки за сегодняшний день.
    [one] В зачёт идут покупки за последний { $number } день, включая сегодняшний.
    [few] В зачёт идут покупки за последние { $number } дня, включая сегодняшний.
    [many] В зачёт идут покупки за последние { $number } дней, включая сегодняшний.
   *[other] В зачёт идут покупки за последние { $number } дня, включая сегодняшний.
}
rulebook-period-calendar-year = В зачёт идут покупки с начала календарного года.
rulebook-period-anniversary = В зачёт идут покупки с последней годовщины вступления в программу, а в первый год — со дня вступления.
rulebook-period-lifetime = В зачёт идут покупки за всё время.
rulebook-min-receipt-original-date = Покупка засчитывается, если за вычетом возвратов она не меньше { $amount }.
rulebook-min-receipt-return-date = Покупка засчитывается, если она не меньше { $amount }; возвраты этого не меняют.
rulebook-excluded = { $count ->
    [1] Не засчитываются покупки в категории { $categories }.
   *[other] Не засчитываются покупки в категориях { $categories }.
}
rulebook-returns-original-date = Возврат уменьшает саму покупку, как если бы она с самого начала была меньше.
rulebook-returns-return-date = Возврат вычитается в тот день, когда он сделан.
rulebook-campaign-days = с { $from } по { $until }
rulebook-campaign = { $count ->
    [0] Акция { $days }: покупки засчитываются { $how }.
    [1] Акция { $days }: покупки в категории { $categories } засчитываются { $how }.
   *[other] Акция { $days }: покупки в категориях { $categories } засчитываются { $how }.
}
rulebook-campaign-how = { $percent ->
    [200] вдвойне
    [300] втройне
   *[other] в { $number }-кратном размере
}
rulebook-campaigns = Если совпали несколько акций, действует одна, самая выгодная.

rulebook-validity-daily = Уровень сохраняется, пока его требования выполнены; это проверяется каждый день.
rulebook-validity-calendar-year = Уровень действует до конца календарного года.
rulebook-validity-anniversary = Уровень действует до следующей годовщины вступления в программу.
rulebook-validity-months = { $count ->
    [one] Уровень действует { $number } месяц, считая с дня, когда он получен или продлён.
    [few] Уровень действует { $number } месяца, считая с дня, когда он получен или продлён.
    [many] Уровень действует { $number } месяцев, считая с дня, когда он получен или продлён.
   *[other] Уровень действует { $number } месяца, считая с дня, когда он получен или продлён.
}
rulebook-validity-next-year-end = Уровень действует до конца следующего календарного года.
rulebook-validity-forever = Полученный уровень сохраняется навсегда.
rulebook-renewal = Уровень продлевается, если в последний день его требования выполнены.
rulebook-renewal-anew = С концом срока всё начинается заново: прежние покупки уровень не продлевают.
rulebook-grace = { $count ->
    [one] Если требования уровня не выполнены, он сохраняется ещё { $number } день и проверяется снова.
    [few] Если требования уровня не выполнены, он сохраняется ещё { $number } дня и проверяется снова.
    [many] Если требования уровня не выполнены, он сохраняется ещё { $number } дней и проверяется снова.
   *[other] Если требования уровня не выполнены, он сохраняется ещё { $number } дня и проверяется снова.
}
rulebook-downgrade-by-balance = Уровень, требования которого больше не выполнены, снижается до того, чьи требования выполнены.
rulebook-downgrade-one-step = Уровень, требования которого больше не выполнены, снижается на одну ступень.
rulebook-downgrade-never = Когда срок истекает, уровень продлевается: он не снижается.

rulebook-max-age = { $count ->
    [0] Принимаются чеки только за сегодняшний день.
    [one] Принимаются чеки не старше { $number } дня.
    [few] Принимаются чеки не старше { $number } дней.
    [many] Принимаются чеки не старше { $number } дней.
   *[other] Принимаются чеки не старше { $number } дня.
}
rulebook-not-found-after = { $count ->
    [0] Чек, который налоговая служба не нашла сразу, не засчитывается.
    [one] Чек, который налоговая служба не нашла за { $number } день, не засчитывается.
    [few] Чек, который налоговая служба не нашла за { $number } дня, не засчитывается.
    [many] Чек, который налоговая служба не нашла за { $number } дней, не засчитывается.
   *[other] Чек, который налоговая служба не нашла за { $number } дня, не засчитывается.
}

## Напоминания

reminder-approach = Вы близко к уровню «{ $tier }». Что осталось, показано в приложении.
reminder-approach-stale = По данным на { $known } вы близко к уровню «{ $tier }». Что осталось сейчас, покажет приложение.
reminder-approach-sum = { $count ->
    [one] До уровня «{ $tier }» остался { $figure }.
   *[other] До уровня «{ $tier }» осталось { $figure }.
}
reminder-approach-visits = { $count ->
    [one] До уровня «{ $tier }» остался { $figure } день с покупками.
    [few] До уровня «{ $tier }» осталось { $figure } дня с покупками.
    [many] До уровня «{ $tier }» осталось { $figure } дней с покупками.
   *[other] До уровня «{ $tier }» осталось { $figure } дня с покупками.
}
reminder-approach-receipts = { $count ->
    [one] До уровня «{ $tier }» остался { $figure } чек.
    [few] До уровня «{ $tier }» осталось { $figure } чека.
    [many] До уровня «{ $tier }» осталось { $figure } чеков.
   *[other] До уровня «{ $tier }» осталось { $figure } чека.
}
reminder-approach-points = { $count ->
    [one] До уровня «{ $tier }» остался { $figure } балл.
    [few] До уровня «{ $tier }» осталось { $figure } балла.
    [many] До уровня «{ $tier }» осталось { $figure } баллов.
   *[other] До уровня «{ $tier }» осталось { $figure } балла.
}

reminder-keep = Чтобы сохранить уровень «{ $tier }», до { $by } включительно нужно выполнить его условия. Что осталось, показано в приложении.
reminder-keep-stale = По данным на { $known }, чтобы сохранить уровень «{ $tier }», до { $by } включительно нужно выполнить его условия. Что осталось сейчас, покажет приложение.
reminder-keep-sum = { $count ->
    [one] { $figure } до { $by } включительно сохранит уровень «{ $tier }».
   *[other] { $figure } до { $by } включительно сохранят уровень «{ $tier }».
}
reminder-keep-visits = { $count ->
    [one] Ещё { $figure } день с покупками до { $by } включительно сохранит уровень «{ $tier }».
    [few] Ещё { $figure } дня с покупками до { $by } включительно сохранят уровень «{ $tier }».
    [many] Ещё { $figure } дней с покупками до { $by } включительно сохранят уровень «{ $tier }».
   *[other] Ещё { $figure } дня с покупками до { $by } включительно сохранят уровень «{ $tier }».
}
reminder-keep-receipts = { $count ->
    [one] Ещё { $figure } чек до { $by } включительно сохранит уровень «{ $tier }».
    [few] Ещё { $figure } чека до { $by } включительно сохранят уровень «{ $tier }».
    [many] Ещё { $figure } чеков до { $by } включительно сохранят уровень «{ $tier }».
   *[other] Ещё { $figure } чека до { $by } включительно сохранят уровень «{ $tier }».
}
reminder-keep-points = { $count ->
    [one] Ещё { $figure } балл до { $by } включительно сохранит уровень «{ $tier }».
    [few] Ещё { $figure } балла до { $by } включительно сохранят уровень «{ $tier }».
    [many] Ещё { $figure } баллов до { $by } включительно сохранят уровень «{ $tier }».
   *[other] Ещё { $figure } балла до { $by } включительно сохранят уровень «{ $tier }».
}

reminder-fall = С { $since } ваш уровень — «{ $tier }». До этого был «{ $from }».
reminder-fall-stale = По данным на { $known }, с { $since } ваш уровень — «{ $tier }», до этого был «{ $from }». Какой он сейчас, покажет приложение.

reminder-points = У части баллов последний день — { $by }. Сколько их, показано в приложении.
reminder-points-stale = По данным на { $known }, у части баллов последний день — { $by }. Сколько их сейчас, покажет приложение.
reminder-points-points = { $count ->
    [one] { $figure } балл действует по { $by } включительно, потом сгорит.
    [few] { $figure } балла действуют по { $by } включительно, потом сгорят.
    [many] { $figure } баллов действуют по { $by } включительно, потом сгорят.
   *[other] { $figure } балла действуют по { $by } включительно, потом сгорят.
}

reminder-grant = Уровень «{ $tier }» предоставлен вам по { $by } включительно.
reminder-grant-stale = По данным на { $known }, уровень «{ $tier }» предоставлен вам по { $by } включительно.

## Обращения

appeal-waiting = Отправляется
appeal-open = На рассмотрении
appeal-accepted = Принято
appeal-declined = Отклонено
appeal-refused = Не принято
appeal-unknown = Обращение
appeal-sentence-waiting = Обращение сохранено и уйдёт само, как только появится связь.
appeal-sentence-open = Галерея проверяет чек ещё раз; ответ придёт сюда.
appeal-sentence-open-photographs = Галерея получила обращение; { $count ->
    [one] ещё { $count } фотография отправляется.
    [few] ещё { $count } фотографии отправляются.
   *[other] ещё { $count } фотографий отправляются.
}
appeal-sentence-accepted = Галерея согласилась с обращением.
appeal-sentence-declined = Галерея проверила чек: решение остаётся прежним.
appeal-sentence-refused = Галерея не приняла обращение.
appeal-sentence-unknown = Состояние обращения новее этой версии приложения.
appeal-receipt = Чек на { $amount }, { $at }
appeal-requisites = ФН { $drive }, ФД { $document }, ФП { $sign }
appeal-fault-not-decided = Галерея ещё не решила, засчитать ли этот чек.
appeal-fault-nothing-to-appeal = Этот чек засчитан полностью.
appeal-fault-appeal-open = Обращение об этом чеке уже есть, ответа пока нет.
appeal-fault-appeal-answered = На обращение об этом чеке галерея уже ответила.
appeal-fault-unknown = Галерея не приняла обращение по причине, которой эта версия приложения не знает.
appeal-fault-comment-too-long = Комментарий длиннее { $most ->
    [one] { $most } знака.
    [few] { $most } знаков.
   *[other] { $most } знаков.
}
appeal-fault-too-many-photographs = Больше { $most ->
    [one] { $most } фотографии приложить нельзя.
    [few] { $most } фотографий приложить нельзя.
   *[other] { $most } фотографий приложить нельзя.
}
appeal-fault-photograph = Фотография { $number } не подходит. { $reason }
