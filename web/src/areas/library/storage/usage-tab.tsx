import { StorageCard } from './storage-card.tsx'

export const UsageTab = () => <StorageCard />
