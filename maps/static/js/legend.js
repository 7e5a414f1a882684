// The legend beside the card: it takes the room below it, or gives way where there is too little.

const GAP = 20;
const LEAST = { open: 160, folded: 48 };

/** Keep a legend below a card in the same stage, whatever the card says and however high the stage is. */
export function keepBelow(card, legend) {
  const stage = legend.parentElement;
  const fit = () => {
    const room = stage.clientHeight - card.offsetTop - card.offsetHeight - GAP;
    legend.style.maxHeight = card.hidden ? "" : `${room}px`;
    legend.hidden = !card.hidden && room < (legend.open ? LEAST.open : LEAST.folded);
  };
  const watch = new ResizeObserver(fit);
  watch.observe(card);
  watch.observe(stage);
}
